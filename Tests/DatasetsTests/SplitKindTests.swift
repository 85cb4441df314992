import Datasets
import TestSupport
import Testing

/// Folds, groups and times.
@Suite struct SplitKindTests {
    private func data(
        _ labels: [Int32], classes: Int, keys: SplitKeys? = nil, own: OwnParts = OwnParts()
    ) -> Dataset {
        Dataset(
            name: "table", sampleShape: [1], samples: .floats(SampleArray(labels.indices.map(Float.init))),
            targets: .classes(labels, names: (0..<classes).map(String.init)), columns: [TableColumn(name: "row")],
            splitKeys: keys, digest: "", own: own)
    }

    private func request(_ kind: SplitRequest.Kind, stratified: Bool = false) -> SplitRequest {
        SplitRequest(kind: kind, validation: .share(0.2), test: .share(0.2), stratified: stratified)
    }

    /// Each sample beside the test part validates in one fold, in as equal shares as can be.
    @Test(arguments: SeededCases(30), [true, false])
    func everySampleValidatesOnce(_ testCase: SeededCase, isStratified: Bool) throws {
        var random = testCase.random
        let count = Int.random(in: 60...200, using: &random)
        let labels = (0..<count).map { Int32($0 % 3) }.shuffled(using: &random)
        let folds = Int.random(in: 2...7, using: &random)
        let data = data(labels, classes: 3)
        let splits = try (0..<folds).map {
            try Split.make(of: data, request(.fold($0, count: folds), stratified: isStratified), seed: testCase.seed)
        }
        #expect(Set(splits.map(\.test)).count == 1)
        #expect((splits.flatMap(\.validation) + splits[0].test).sorted() == Array(0..<count), "\(testCase)")
        for split in splits {
            #expect((split.training + split.validation + split.test).sorted() == Array(0..<count), "\(testCase)")
        }
        let sizes = splits.map(\.validation.count)
        #expect(sizes.max()! - sizes.min()! <= 1, "\(sizes), \(testCase)")
        guard isStratified else { return }
        for label in 0..<3 as Range<Int32> {
            let each = splits.map { $0.validation.count { labels[$0] == label } }
            #expect(each.max()! - each.min()! <= 1, "\(each), \(testCase)")
        }
    }

    @Test func aClassHasAsManySamplesAsFolds() throws {
        let error = #expect(throws: DatasetError.self) {
            let labels = (0..<40).map { Int32($0 < 37 ? 0 : 1) }
            _ = try Split.make(of: data(labels, classes: 2), request(.fold(0, count: 5), stratified: true), seed: 1)
        }
        #expect(error?.message.contains("class 1 has 2 samples beside the test part, fewer than the 5 folds") == true)
    }

    @Test(arguments: SeededCases(50)) func noGroupIsInTwoParts(_ testCase: SeededCase) throws {
        var random = testCase.random
        let groups = (0..<200).map { _ in Int32.random(in: 0..<12, using: &random) }
        let data = data(
            groups.indices.map { Int32($0 % 2) }, classes: 2,
            keys: .groups(groups, names: (0..<12).map(String.init), column: "patient"))
        let split = try Split.make(of: data, request(.group), seed: testCase.seed)
        let parts = [split.training, split.validation, split.test].map { Set($0.map { groups[$0] }) }
        #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]), "\(testCase)")
        #expect(parts[1].isDisjoint(with: parts[2]), "\(testCase)")
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<200))
        // A fifth, within one group's size.
        #expect(abs(split.validation.count - 40) <= 30 && abs(split.test.count - 40) <= 30, "\(testCase)")
    }

    @Test(arguments: [1, 2, 3, 4]) func eachPartNeedsAGroup(_ count: Int) throws {
        let groups = (0..<60).map { Int32($0 % count) }
        let data = data(
            groups.indices.map { Int32($0 / 30) }, classes: 2,
            keys: .groups(groups, names: (0..<count).map(String.init), column: "patient"))
        if count < 3 {
            let error = #expect(throws: DatasetError.self) { _ = try Split.make(of: data, request(.group), seed: 1) }
            #expect(error?.description.contains("column patient: has \(count == 1 ? "one group" : "2 groups")") == true)
        } else {
            let split = try Split.make(of: data, request(.group), seed: 1)
            #expect(!split.training.isEmpty && !split.validation.isEmpty && !split.test.isEmpty)
        }
    }

    @Test(arguments: SeededCases(20)) func theLastSamplesTest(_ testCase: SeededCase) throws {
        var random = testCase.random
        let times = (0..<100).map { _ in Double(Int.random(in: 0..<50, using: &random)) }
        let data = data(times.indices.map { Int32($0 % 2) }, classes: 2, keys: .times(times, column: "day"))
        let split = try Split.make(of: data, request(.time), seed: testCase.seed)
        func range(_ rows: [Int]) -> (Double, Double) { (rows.map { times[$0] }.min()!, rows.map { times[$0] }.max()!) }
        #expect(range(split.training).1 <= range(split.validation).0, "\(testCase)")
        #expect(range(split.validation).1 <= range(split.test).0, "\(testCase)")
        #expect(split.test.count == 20 && split.validation.count == 20)
    }

    @Test(arguments: [SplitRequest.Kind.group, SplitRequest.Kind.time]) func withoutAColumnThereIsNoSuchSplit(
        _ kind: SplitRequest.Kind
    )
        throws
    {
        let error = #expect(throws: DatasetError.self) {
            _ = try Split.make(of: data([0, 1, 0, 1, 0, 1], classes: 2), request(kind), seed: 1)
        }
        #expect(error?.code == .contradiction)
    }
}
