/// How many samples of each group go to validation and to the test.
struct PartSizes {
    private(set) var validation: [Int] = []
    private(set) var test: [Int] = []

    /// Shares out whole samples by largest remainders: a group's number differs from its due by less than one, save
    /// where other groups are too small to make up for it.
    ///
    /// - Parameters:
    ///   - groups: the groups' sizes.
    ///   - validation: how many samples of all groups together.
    ///   - test: the same; both together are at most all.
    init(groups: [Int], validation: Int, test: Int) {
        let count = Double(groups.reduce(0, +))
        let validationDue = groups.map { Double($0) * Double(validation) / count }
        let testDue = groups.map { Double($0) * Double(test) / count }
        self.validation = Self.apportion(
            validation, atLeast: validationDue.map { Int($0) }, due: validationDue, room: groups)
        // A group that gave less than its due to validation is the first to give more to the test, and the other way
        // round, so that what is left to train on keeps its proportions as well.
        let heldDue = groups.indices.map { validationDue[$0] + testDue[$0] - Double(self.validation[$0]) }
        let room = groups.indices.map { groups[$0] - self.validation[$0] }
        self.test = Self.apportion(test, atLeast: testDue.map { Int($0) }, due: heldDue, room: room)
    }

    /// Starts from `atLeast`, and gives what is missing to `total`, one by one, to whoever is farthest below its due.
    private static func apportion(_ total: Int, atLeast: [Int], due: [Double], room: [Int]) -> [Int] {
        var sizes = atLeast
        for _ in 0..<max(0, total - atLeast.reduce(0, +)) {
            let candidates = sizes.indices.filter { sizes[$0] < room[$0] }
            let behind = candidates.max { due[$0] - Double(sizes[$0]) < due[$1] - Double(sizes[$1]) }
            guard let behind else { break }
            sizes[behind] += 1
        }
        return sizes
    }
}
