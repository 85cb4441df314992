import Datasets
import Foundation
import TestSupport
import Testing

extension Studies {
    /// Nothing but the test columns may depend on the labels of the test split.
    @Suite struct HonestTestSplitTests {
        @Test func otherTestLabelsChangeTestColumnsOnly() async throws {
            let folder = try TemporaryDirectory()
            try await train(try digits(), as: "honest", in: folder)
            let permuted = try permutingTestLabels(of: digits(), in: folder)
            #expect(permuted != (try digits()))
            try await train(permuted, as: "permuted", in: folder)

            let differences = try StudyFingerprint(of: folder.file("permuted"))
                .differences(from: StudyFingerprint(of: folder.file("honest")))

            #expect(Set(differences).isSuperset(of: ["confusion/test", "trials/test_accuracy", "trials/test_loss"]))
            let tested = ["trials/test_", "confusion/test", "reliability/test"]
            #expect(differences.allSatisfy { name in tested.contains { name.hasPrefix($0) } })
        }

        private let seed: UInt64 = 21

        /// The rows of the digits' table, the label in the last column.
        private func digits() throws -> [[Substring]] {
            let path = Repository.file("Examples/data/digits.csv.gz")
            let text = try Python.run(
                "import gzip, sys; print(gzip.open(sys.argv[1], 'rt').read(), end='')", arguments: [path])
            return text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        }

        /// Gives each row of the test split the label of the next one.
        private func permutingTestLabels(of rows: [[Substring]], in folder: TemporaryDirectory) throws -> [[Substring]]
        {
            let source = CSVSource(
                path: try write(rows, as: "rows.csv", in: folder), target: "64", targetKind: .classes)
            let test = try Split.make(
                of: DataSource.csv(source).load(),
                SplitRequest(validation: .share(0.2), test: .share(0.2), stratified: false), seed: seed
            ).test
            var rows = rows
            let labels = test.map { rows[$0][64] }
            for (row, label) in zip(test, labels[1...] + labels[..<1]) {
                rows[row][64] = label
            }
            return rows
        }

        private func train(_ rows: [[Substring]], as name: String, in folder: TemporaryDirectory) async throws {
            try write(rows, as: "\(name).csv", in: folder)
            try folder.write(
                """
                seed: \(seed)
                data:
                  source: {csv: \(name).csv, target: 64, task: classification, shape: [1, 8, 8]}
                  split: {validation: 0.2, test: 0.2, stratified: false}
                model: {layers: [flatten, {linear: {features: 32}}, relu, {dropout: 0.2}, {linear: {features: 10}}]}
                train: {epochs: 6, select: {monitor: validation_accuracy}, early_stopping: {patience: 2}}
                search: {parameters: {optimizer.learning_rate: {values: [0.001, 0.01, 0.1]}}, sampler: grid}
                """, to: "\(name).yaml")
            let run = try await Winnow.run("run", "\(name).yaml", "--workers", "2", "--study", name, in: folder)
            try #require(run.status == 0, "\(run.errors)")
        }

        @discardableResult
        private func write(_ rows: [[Substring]], as name: String, in folder: TemporaryDirectory) throws -> String {
            try folder.write(rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
        }
    }
}
