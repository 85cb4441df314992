/// How many samples of each group go to validation and to the test.
struct PartSizes {
    private(set) var validation: [Int] = []
    private(set) var test: [Int] = []

    /// Shares out whole samples by largest remainders: each group gives what it is due to validation and to the test,
    /// rounded up or down, save where small groups leave no such choice.
    ///
    /// - Parameters:
    ///   - groups: the groups' sizes.
    ///   - validation: how many samples of all groups together.
    ///   - test: the same; both together are at most all.
    init(groups: [Int], validation: Int, test: Int) {
        // Nothing of nothing is nothing, where 0 / 0 would be none.
        let count = Double(max(1, groups.reduce(0, +)))
        let validationDue = groups.map { Double($0) * Double(validation) / count }
        let testDue = groups.map { Double($0) * Double(test) / count }
        self.validation = Self.apportion(validation, due: validationDue, room: groups, behind: validationDue)
        // A group that gave less than its due to validation is the first to give more to the test, and the other way
        // round, so that what is left to train on keeps its proportions as well.
        let stillDue = groups.indices.map { validationDue[$0] + testDue[$0] - Double(self.validation[$0]) }
        let room = groups.indices.map { groups[$0] - self.validation[$0] }
        self.test = Self.apportion(test, due: testDue, room: room, behind: stillDue)
    }

    /// Rounds `due` down, and gives what is missing to `total`, one by one, to the group whose size is farthest below
    /// `goal`: first among those that have not been rounded up yet.
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
