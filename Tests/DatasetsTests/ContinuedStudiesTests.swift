import Datasets
import Hashing
import Testing

/// Studies are continued: what version 0.3 drew and scaled is what is drawn and scaled today, bit for bit.
@Suite struct ContinuedStudiesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let source: DataSource
        let validation: Double
        let test: Double
        let isStratified: Bool
        let seed: UInt64
        /// SHA-256 of the three parts' rows.
        let rows: String
        /// SHA-256 of the scaled features of the three parts.
        let scaled: [(Scaling, String)]
        let targetUnits: [Double]

        var testDescription: String { "\(source.name), seed \(seed)" }
    }

    /// Made with the code as it was before there were own parts, counts and bytes (commit 54fdd42); the scaled numbers of
    /// `housing`, whose prices and features are no single-precision numbers, when scaling was made double precision.
    static let cases = [
        Case(
            source: .digits, validation: 0.2, test: 0.2, isStratified: true, seed: 21,
            rows: "5149fe55fd9687684cca33f94c8ea196fc05f22696f8dda7e326f8aaeb42def1",
            scaled: [
                (.minMax, "f4a284e4774eeb1532ba50b43bb0d9f074808e102a3cb88babbf2aaf251bf8ff"),
                (.standardize, "fb8e5758f6408481e0fb7f39803a326e1f4ad3454aeb5b5e8e233880a2fffca0"),
                (.none, "27c1c94a51479425ad4e6b4d33dfe59f22bafe7773f6473469cd9cde99e77d9a"),
            ], targetUnits: [1, 1, 1]),
        Case(
            source: .digits, validation: 0.15, test: 0.1, isStratified: false, seed: 7,
            rows: "635c0a187e87738081496fb264e4072fec62bdcc83652a73531a357c9551ecd7",
            scaled: [
                (.minMax, "07cab58b8d0d1891a2fbf43bb87a5ad32b8aee50854982f8a3482d147ed0cfb3"),
                (.standardize, "2036b0e08d2d718abb3b4714e2c76f03f15a038ded7ac02bb8a61a46c95674cf"),
                (.none, "6b5b15275f77e4de37810ce85168e1584fd298607136f707653f3f6dfd024814"),
            ], targetUnits: [1, 1, 1]),
        Case(
            source: .housing, validation: 0.2, test: 0.2, isStratified: true, seed: 3,
            rows: "30560c9fe11715cf48fdab7a028ed05ab5a39fc8ac252af7ef1791111a8d37aa",
            scaled: [
                (.minMax, "702663cda75fd63d6dd32f21ed3f5d424a3bd0751e4486033069ff50c1cb9f00"),
                (.standardize, "628204e9cf4de503d5ebbbf7ed2f0f156a86855543e76528048d35f389a910ad"),
                (.none, "600d2c1559a0c638be9f8ff7558d8891cf30321f30b303ed310e3f80833ac4dc"),
            ], targetUnits: [45, 9.332892023825913, 1]),
    ]

    @Test(arguments: cases) func unchanged(_ example: Case) throws {
        let dataset = try example.source.load()
        let split = try Split.make(
            of: dataset,
            .shares(validation: example.validation, test: example.test, stratified: example.isStratified),
            seed: example.seed)
        let rows = [split.training, split.validation, split.test]
            .map { $0.map(String.init).joined(separator: " ") }.joined(separator: "\n")
        #expect(SHA256Digest.hexadecimal(of: Array(rows.utf8)) == example.rows)
        #expect(split.unlabelled.isEmpty)
        for ((scaling, digest), unit) in zip(example.scaled, example.targetUnits) {
            let prepared = try PreparedData(dataset, split: split, scaling: scaling, scaleTarget: true)
            let bytes = [prepared.training, prepared.validation, prepared.test].flatMap { part in
                part.features.flatMap { value in withUnsafeBytes(of: value.bitPattern) { Array($0) } }
            }
            #expect(SHA256Digest.hexadecimal(of: bytes) == digest, "\(scaling)")
            #expect(prepared.targetUnit == unit)
        }
    }
}
