import Random

/// Rows in random order, in groups, from which parts are drawn one after the other.
struct DrawnRows {
    /// Shuffled; drawn rows are removed.
    private var groups: [[Int]]

    /// - Parameters:
    ///   - rows: ascending.
    ///   - labels: groups the rows by class; nil makes them one group.
    ///   - pool: which of the source's parts they are; each is shuffled by draws of its own.
    init(_ rows: [Int], labels: [Int32]?, classes: Int, pool: Int = 0, seed: UInt64) {
        var groups = [rows]
        if let labels {
            groups = Array(repeating: [], count: classes)
            for row in rows { groups[Int(labels[row])].append(row) }
        }
        self.groups = groups.enumerated().map { index, group in
            var random = RandomStream(seed: seed, stream: .split, index: pool << 20 + index)
            return random.permutation(of: group.count).map { group[$0] }
        }
    }

    var sizes: [Int] { groups.map(\.count) }
    var count: Int { sizes.reduce(0, +) }
    /// The remaining rows of each group, shuffled.
    var groupsInOrder: [[Int]] { groups }
    /// The remaining rows, ascending.
    var rows: [Int] { groups.joined().sorted() }

    /// Removes the given number of rows from each group, and returns them in ascending order.
    mutating func draw(_ sizes: [Int]) -> [Int] {
        var taken: [Int] = []
        for (index, size) in sizes.enumerated() {
            taken += groups[index].prefix(size)
            groups[index].removeFirst(size)
        }
        return taken.sorted()
    }

    /// Removes `total` rows, from each group in proportion to its size.
    mutating func draw(total: Int) -> [Int] { draw(PartSizes(groups: sizes, validation: 0, test: total).test) }

    /// How many rows of each class are left.
    func classSizes(_ labels: [Int32], classes: Int) -> [Int] {
        groups.joined().reduce(into: Array(repeating: 0, count: classes)) { $0[Int(labels[$1])] += 1 }
    }

    /// Removes the given number of rows of each class, which must exist.
    mutating func draw(ofEachClass sizes: [Int], labels: [Int32]) -> [Int] {
        var due = sizes
        var taken: [Int] = []
        for index in groups.indices {
            var left: [Int] = []
            for row in groups[index] {
                let label = Int(labels[row])
                if due[label] > 0 {
                    due[label] -= 1
                    taken.append(row)
                } else {
                    left.append(row)
                }
            }
            groups[index] = left
        }
        return taken.sorted()
    }
}

/// How many samples of each group go to the validation and the test part.
struct PartSizes {
    private(set) var validation: [Int] = []
    private(set) var test: [Int] = []

    /// Apportions whole samples by largest remainders: each group gives its share to validation and to the test, rounded
    /// up or down, unless small groups make that impossible.
    ///
    /// - Parameters:
    ///   - groups: the groups' sizes.
    ///   - validation: how many samples of all groups together.
    ///   - test: the same; both together are at most all.
    init(groups: [Int], validation: Int, test: Int) {
        // At least 1, so that an empty data set does not give 0 / 0.
        let count = Double(max(1, groups.reduce(0, +)))
        let validationDue = groups.map { Double($0) * Double(validation) / count }
        let testDue = groups.map { Double($0) * Double(test) / count }
        self.validation = Self.apportion(validation, due: validationDue, room: groups, behind: validationDue)
        // A group that gave less than its share to validation is the first to give more to the test, and vice versa, so
        // that the remaining training part keeps its proportions as well.
        let stillDue = groups.indices.map { validationDue[$0] + testDue[$0] - Double(self.validation[$0]) }
        let room = groups.indices.map { groups[$0] - self.validation[$0] }
        self.test = Self.apportion(test, due: testDue, room: room, behind: stillDue)
    }

    /// Rounds `due` down, and gives the samples that are missing to `total`, one by one, to the group whose size is
    /// farthest below `goal`; groups that were not rounded up yet come first.
    private static func apportion(_ total: Int, due: [Double], room: [Int], behind goal: [Double]) -> [Int] {
        var sizes = due.map { Int($0) }
        for _ in 0..<max(0, total - sizes.reduce(0, +)) {
            let withRoom = sizes.indices.filter { sizes[$0] < room[$0] }
            let notRoundedUp = withRoom.filter { Double(sizes[$0]) < due[$0] }
            let candidates = notRoundedUp.isEmpty ? withRoom : notRoundedUp
            guard let next = candidates.max(by: { goal[$0] - Double(sizes[$0]) < goal[$1] - Double(sizes[$1]) }) else {
                break
            }
            sizes[next] += 1
        }
        return sizes
    }
}
