import Datasets
import TestSupport
import Testing

/// Parts by number, the source's own parts, imbalanced and labelled parts.
@Suite struct SplitRequestTests {
    private static func counts(_ rows: [Int], _ labels: [Int32], classes: Int) -> [Int] {
        rows.reduce(into: Array(repeating: 0, count: classes)) { $0[Int(labels[$1])] += 1 }
    }

    @Test(arguments: SeededCases(50), [true, false]) func countsAreExact(_ testCase: SeededCase, isStratified: Bool)
        throws
    {
        var random = testCase.random
        let labels = (0..<300).map { Int32($0 % 4) }.shuffled(using: &random)
        let data = table(labels: labels, classes: 4)
        let request = SplitRequest(
            training: .count(77), validation: .count(31), test: .share(0.11), stratified: isStratified)
        let split = try Split.make(of: data, request, seed: testCase.seed)
        #expect(split.training.count == 77)
        #expect(split.validation.count == 31)
        #expect(split.test.count == 33)
        #expect(split.unlabelled.isEmpty)
        #expect(Set(split.training + split.validation + split.test).count == 77 + 31 + 33)
        for part in [split.training, split.validation, split.test] {
            #expect(part == part.sorted())
            if isStratified {
                let counts = Self.counts(part, labels, classes: 4)
                #expect(counts.max()! - counts.min()! <= 2, "\(counts), \(testCase)")
            }
        }
        // Fewer to train on is a part of more to train on, and nothing else changes.
        let all = try Split.make(
            of: data, SplitRequest(validation: .count(31), test: .share(0.11), stratified: isStratified),
            seed: testCase.seed)
        #expect(all.validation == split.validation)
        #expect(all.test == split.test)
        #expect(Set(all.training).isSuperset(of: split.training))
    }

    @Test func ownPartsAreKept() throws {
        let data = table(
            labels: (0..<100).map { $0 < 90 ? Int32($0 % 3) : -1 }, classes: 3,
            own: OwnParts(test: 60..<80, validation: 80..<90, unlabelled: 90..<100))
        let whole = try Split.make(
            of: data, SplitRequest(validation: nil, test: nil, stratified: true), seed: 1)
        #expect(whole.training == Array(0..<60))
        #expect(whole.test == Array(60..<80))
        #expect(whole.validation == Array(80..<90))
        #expect(whole.unlabelled == Array(90..<100))

        let drawn = try Split.make(
            of: data, SplitRequest(training: .share(0.5), validation: .count(4), test: .share(0.25), stratified: true),
            seed: 1)
        #expect(drawn.training.count == 30)
        #expect(drawn.training.allSatisfy { 0..<60 ~= $0 })
        #expect(drawn.test.count == 5)
        #expect(drawn.test.allSatisfy { 60..<80 ~= $0 })
        #expect(drawn.validation.count == 4)
        #expect(drawn.validation.allSatisfy { 80..<90 ~= $0 })
    }

    @Test func validationComesFromWhatIsNotSetApart() throws {
        let data = table(labels: (0..<100).map { $0 % 2 }, classes: 2, own: OwnParts(test: 60..<100))
        let split = try Split.make(
            of: data, SplitRequest(validation: .share(0.25), test: nil, stratified: true), seed: 5)
        #expect(split.validation.count == 15)
        #expect(split.test == Array(60..<100))
        #expect((split.training + split.validation).sorted() == Array(0..<60))
    }

    @Test(arguments: SeededCases(30), [true, false]) func imbalance(_ testCase: SeededCase, isStratified: Bool) throws {
        var random = testCase.random
        let labels = (0..<400).map { Int32($0 % 4) }.shuffled(using: &random)
        let data = table(labels: labels, classes: 4)
        let wanted = [40, 1, 23, 8]
        var request = SplitRequest(
            validation: .share(0.2), test: .share(0.2), stratified: isStratified, imbalance: wanted)
        let split = try Split.make(of: data, request, seed: testCase.seed)
        #expect(Self.counts(split.training, labels, classes: 4) == wanted)
        request.imbalance = nil
        let balanced = try Split.make(of: data, request, seed: testCase.seed)
        #expect(split.validation == balanced.validation)
        #expect(split.test == balanced.test)
        #expect(Set(split.training).isSubset(of: balanced.training))
        #expect(split.unlabelled.isEmpty)
    }

    @Test(arguments: SeededCases(60), [true, false]) func labelledPartsAreBalancedAndDisjoint(
        _ testCase: SeededCase, isStratified: Bool
    ) throws {
        var random = testCase.random
        let classes = Int.random(in: 2...10, using: &random)
        let labels = (0..<800).map { _ in Int32.random(in: 0..<Int32(classes), using: &random) }
        let hasOwnTest = Bool.random(using: &random)
        let data = table(labels: labels, classes: classes, own: OwnParts(test: hasOwnTest ? 600..<800 : nil))
        let count = Int.random(in: classes...100, using: &random)
        let validationCount = Int.random(in: classes...100, using: &random)
        let split = try Split.make(
            of: data,
            SplitRequest(
                validation: .share(0.2), test: hasOwnTest ? nil : .count(150), stratified: isStratified,
                labelled: .init(count: count, balanced: true, validationCount: validationCount)), seed: testCase.seed)
        #expect(split.training.count == count)
        #expect(split.validation.count == validationCount)
        #expect(split.test.count == (hasOwnTest ? 200 : 150))
        let parts = [split.training, split.validation, split.test, split.unlabelled]
        #expect(parts.joined().sorted() == Array(0..<800), "every sample is in one part, \(testCase)")
        for part in [split.training, split.validation] {
            let counts = Self.counts(part, labels, classes: classes)
            #expect(counts.max()! - counts.min()! <= 1, "\(counts), \(testCase)")
        }
    }

    @Test func labelledWithoutBalance() throws {
        let labels = (0..<200).map { Int32($0 < 150 ? 0 : 1) }
        let split = try Split.make(
            of: table(labels: labels, classes: 2),
            SplitRequest(
                validation: .count(20), test: .count(20), stratified: true,
                labelled: .init(count: 40, balanced: false)),
            seed: 1)
        #expect(Self.counts(split.training, labels, classes: 2) == [30, 10])
        #expect(Self.counts(split.validation, labels, classes: 2) == [15, 5])
        #expect(split.unlabelled.count == 120)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let request: SplitRequest
        var isRegression = false
        var own = OwnParts()
        let code: DatasetError.Code
        let says: String

        var testDescription: String { says }

        init(
            _ code: DatasetError.Code, _ says: String, training: Amount? = nil, validation: Amount? = .count(10),
            test: Amount? = .count(10), imbalance: [Int]? = nil, labelled: SplitRequest.Labelled? = nil,
            isRegression: Bool = false, own: OwnParts = OwnParts()
        ) {
            request = SplitRequest(
                training: training, validation: validation, test: test, stratified: true, imbalance: imbalance,
                labelled: labelled)
            (self.code, self.says, self.isRegression, self.own) = (code, says, isRegression, own)
        }
    }

    /// Of 100 samples in the classes 0 and 1.
    static let mistakes = [
        Mistake(
            .tooFewSamples, "labelled asks for 45 samples of class 0, but there are 40",
            labelled: .init(count: 90, balanced: true)),
        Mistake(
            .tooFewSamples, "labelled asks for 81 samples, but there are 80",
            labelled: .init(count: 81, balanced: false)),
        Mistake(
            .tooFewSamples, "validation asks for 120 samples, but there are 100", test: nil,
            labelled: .init(count: 10, balanced: true, validationCount: 120), own: OwnParts(test: 0..<0)),
        Mistake(
            .emptyPart, "the unlabelled part gets none of the 100 samples", labelled: .init(count: 80, balanced: true)),
        Mistake(
            .needsClasses, "labelled leaves samples without their class, but the targets are numbers",
            labelled: .init(count: 10, balanced: true), isRegression: true),
        Mistake(
            .needsClasses, "imbalance lists samples of each class, but the targets are numbers", imbalance: [1, 2],
            isRegression: true),
        Mistake(.wrongLength, "imbalance lists 3 counts, but there are 2 classes", imbalance: [1, 2, 3]),
        Mistake(
            .tooFewSamples, "imbalance asks for 41 samples of class 1, but there are 40", imbalance: [40, 41]),
        Mistake(.badParameter, "imbalance has -1; a number of samples is not negative", imbalance: [40, -1]),
        Mistake(.classNotInTraining, "the training part gets no sample of class 1", imbalance: [40, 0]),
        Mistake(
            .contradiction, "split.train and imbalance both say which samples train; give one", training: .count(5),
            imbalance: [4, 4]),
        Mistake(
            .tooFewSamples, "validation and test together ask for 110 samples, but there are 100",
            validation: .count(100)),
        Mistake(.tooFewSamples, "train asks for 81 samples, but there are 80", training: .count(81)),
        Mistake(.emptyPart, "the training part gets none of the 100 samples", validation: .count(90)),
        Mistake(.badParameter, "split.validation is 1.5; a share lies between 0 and 1", validation: .share(1.5)),
        Mistake(.badParameter, "split.test is -1; a number of samples is not negative", test: .count(-1)),
        Mistake(
            .emptyPart, "has no test part of its own; say in split.test how many samples it gets", test: nil),
        Mistake(
            .emptyPart, "has no validation part of its own; say in split.validation how many samples it gets",
            validation: nil),
        Mistake(
            .tooFewSamples, "test asks for 21 samples, but there are 20", test: .count(21),
            own: OwnParts(test: 80..<100)),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) {
        let data =
            mistake.isRegression
            ? table((0..<100).map(Float.init), sampleShape: [1], values: Array(repeating: 1, count: 100))
            : table(labels: (0..<100).map { $0 % 2 }, classes: 2, own: mistake.own)
        let error = #expect(throws: DatasetError.self) { try Split.make(of: data, mistake.request, seed: 1) }
        #expect(error?.code == mistake.code)
        #expect(error?.description == "table: \(mistake.says)")
    }
}
