internal import Random

/// Rows in random order, in groups, from which parts are taken one after the other.
struct DrawnRows {
    /// Shuffled; what was taken is gone.
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
    /// All that is left, ascending.
    var rows: [Int] { groups.joined().sorted() }

    /// Takes so many of each group, and returns them in ascending order.
    mutating func take(_ sizes: [Int]) -> [Int] {
        var taken: [Int] = []
        for (index, size) in sizes.enumerated() {
            taken += groups[index].prefix(size)
            groups[index].removeFirst(size)
        }
        return taken.sorted()
    }

    /// Takes so many of all groups together, of each its share.
    mutating func take(total: Int) -> [Int] {
        take(PartSizes(groups: sizes, validation: 0, test: total).test)
    }

    /// How many of each class are left.
    func classSizes(_ labels: [Int32], classes: Int) -> [Int] {
        groups.joined().reduce(into: Array(repeating: 0, count: classes)) { $0[Int(labels[$1])] += 1 }
    }

    /// Takes so many of each class, which must be there.
    mutating func take(ofEachClass sizes: [Int], labels: [Int32]) -> [Int] {
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
