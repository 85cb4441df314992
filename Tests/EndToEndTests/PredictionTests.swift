import Foundation
import Studies
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// A trained model is asked about other data, by the real program.
    @Suite struct PredictionTests {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func train(_ text: String) async throws {
            try folder.write(text, to: "e.yaml")
            let run = try await Winnow.run(
                "run", "e.yaml", "--workers", "1", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
        }

        private static let housing = """
            data: {source: housing, scale: standardize, scale_target: true, batch_size: 64}
            model: regressor
            loss: mean_squared_error
            optimizer: {kind: adam, learning_rate: 1.0e-2}
            train: {epochs: 5}
            seed: 3
            """

        /// The study's own test metrics come out, to the last digit.
        @Test(arguments: [
            housing,
            "data: digits\nmodel: mlp\nloss: {kind: cross_entropy, class_weights: inverse_frequency}\noptimizer: adam\ntrain: {epochs: 3}\n",
        ])
        func evaluatingTheTestRowsGivesTheStudysNumbers(_ experiment: String) async throws {
            try await train(experiment)
            let outcome = try #require(try StudyRecords(of: folder.file("study")).state.trials[0].outcome)
            let evaluation = try await Winnow.run("evaluate", "study", "--json", in: folder)
            try #require(evaluation.status == 0, "\(evaluation.errors)")
            // Not JSONSerialization, which rounds some numbers.
            struct Document: Decodable {
                struct Calibration: Decodable { var temperature, calibrated_error: Double? }
                var metrics: [String: Double]
                var calibration: Calibration?
            }
            let document = try JSONDecoder().decode(Document.self, from: Data(evaluation.output.utf8))
            #expect(document.metrics == outcome.testMetrics)
            let calibrated = outcome.reliability?["test"]?.calibrated
            #expect(document.calibration?.temperature == calibrated?.temperature)
            #expect(document.calibration?.calibrated_error == calibrated?.error)
            let text = try await Winnow.run("evaluate", "study", in: folder)
            #expect(text.status == 0 && text.output.contains("the worst mistakes"), "\(text.errors)")
        }

        /// p becomes p^(1 / T), normalised, with the temperature that the checkpoint holds.
        @Test func calibratedProbabilitiesAreThoseOfTheTemperature() async throws {
            try await train("data: digits\nmodel: mlp\noptimizer: {learning_rate: 1.0e-2}\ntrain: {epochs: 30}\n")
            let bytes = try StoredBytes.read(folder.file("study/trials/00000/best.h5"))
            let temperature = try #require(try Checkpoint(decoding: bytes).preparation?.temperature)
            #expect(temperature != 1 && (0.05...20).contains(temperature))
            let software = try #require(try Checkpoint(decoding: bytes).preparation?.software)
            #expect(software["program"]?.hasPrefix("winnow ") == true && software["onednn"] != nil, "\(software)")
            _ = try Python.run(
                """
                import sys, h5py
                import numpy as np
                h5py.File(sys.argv[1], "w")["x"] = np.random.default_rng(1).uniform(0, 16, (30, 1, 8, 8))
                """, arguments: [folder.file("new.h5")])
            func probabilities(_ arguments: [String]) async throws -> [[Double]] {
                let run = try await Winnow.run(["predict", "study", "new.h5"] + arguments, in: folder)
                try #require(run.status == 0, "\(run.errors)")
                return run.output.split(separator: "\n").dropFirst().map { line in
                    line.split(separator: ",").dropFirst(2).compactMap { Double($0) }
                }
            }
            let plain = try await probabilities([])
            for (row, calibrated) in zip(plain, try await probabilities(["--calibrated"])) {
                let powers = row.map { pow($0, 1 / temperature) }
                let sum = powers.reduce(0, +)
                for (power, value) in zip(powers, calibrated) { #expect(abs(power / sum - value) < 1e-5) }
            }
            let evaluation = try await Winnow.run("evaluate", "study", in: folder)
            #expect(evaluation.output.contains("how sure the model is, and how often right"))
            #expect(evaluation.output.contains("with the temperature "))
        }

        /// PyTorch's arithmetic, with the scaling that the checkpoint holds, on rows that the model never saw.
        @Test func predictionsAreThoseOfTheStoredNumbers() async throws {
            try await train(Self.housing)
            let script = """
                import csv, h5py, numpy as np, sys
                with h5py.File(sys.argv[1]) as f:
                    state = {k: v[()] for k, v in f["model_state"].items()}
                    p = f["preparation"]
                    names = [n.decode() for n in p["feature_names"][()]]
                    offset, unit = p["features/offset"][()], p["features/unit"][()]
                    target = p["target/offset"][0], p["target/unit"][0]
                    rows = p["split/test"][()]
                table = list(csv.DictReader(open(sys.argv[2])))
                x = np.array([[float(row[n]) for n in names] for row in table])[rows]
                h = ((x - offset) / unit).astype(np.float32)
                h = np.maximum(h @ state["0.weight"].T + state["0.bias"], 0)
                last = sorted(k for k in state if k.endswith("weight"))[-1].split(".")[0]
                y = (h @ state[last + ".weight"].T + state[last + ".bias"])[:, 0].astype(float) * target[1] + target[0]
                with open(sys.argv[3], "w") as f:
                    f.write("comment," + ",".join(reversed(names)) + "\\n")
                    for row in rows:
                        f.write("none," + ",".join(table[row][n] for n in reversed(names)) + "\\n")
                print("\\n".join(repr(v) for v in y))
                """
            let expected = try Python.run(
                script,
                arguments: [
                    folder.file("study/trials/00000/best.h5"), Repository.file("Examples/data/boston.csv"),
                    folder.file("new.csv"),
                ]
            ).split(separator: "\n").compactMap { Double($0) }
            let run = try await Winnow.run("predict", "study", "new.csv", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("not the model's, and left out: comment"))
            let lines = run.output.split(separator: "\n")
            #expect(lines[0] == "row,prediction" && lines.count == expected.count + 1)
            for (line, value) in zip(lines.dropFirst(), expected) {
                let found = try #require(Double(line.split(separator: ",")[1]))
                #expect(abs(found - value) < 1e-4 * max(1, abs(value)), "\(line), not \(value)")
            }
        }

        /// The three formats say the same, and classes go by their names.
        @Test func answersAreWrittenAsTheFileIsCalled() async throws {
            try await train("data: digits\nmodel: mlp\nloss: cross_entropy\noptimizer: adam\ntrain: {epochs: 3}\n")
            let table = try Python.run(
                "import gzip, sys; print(gzip.open(sys.argv[1], 'rt').read(), end='')",
                arguments: [Repository.file("Examples/data/digits.csv.gz")])
            try folder.write(table.split(separator: "\n").prefix(50).joined(separator: "\n") + "\n", to: "few.csv")
            for name in ["a.csv", "a.json", "a.h5"] {
                let run = try await Winnow.run("predict", "study", "few.csv", "--output", name, in: folder)
                #expect(run.status == 0 && run.errors.contains("50 predictions in \(name)"), "\(run.errors)")
            }
            let said = try Python.run(
                """
                import csv, h5py, json, os, sys
                os.chdir(sys.argv[1])
                rows = list(csv.DictReader(open("a.csv")))
                objects = json.load(open("a.json"))
                with h5py.File("a.h5") as f:
                    names = [n.decode() for n in f["class_names"][()]]
                    for i, (row, o) in enumerate(zip(rows, objects)):
                        assert row["class"] == o["class"] == names[f["class"][i]] and o["row"] == i
                        p = f["probabilities"][i]
                        assert abs(sum(p) - 1) < 1e-5 and names[p.argmax()] == o["class"]
                        assert all(abs(float(row["probability_" + n]) - o["probabilities"][n]) < 1e-7 for n in names)
                truth = [line.strip().split(",")[-1] for line in open("few.csv")]
                print(len(rows), len(objects), sum(r["class"] == t for r, t in zip(rows, truth)) > 40)
                """, arguments: [folder.path])
            #expect(said == "50 50 True\n")
        }

        /// The inputs that a table with text and gaps becomes give the answers that its cells give.
        @Test func aTableWithCategoriesIsAskedAboutAsAnArrayToo() async throws {
            let rows = (0..<60).map { row in
                "\(row % 7 == 0 ? "" : String(row % 11)),\(["red", "green", "blue"][row % 3]),\(row % 3 == 1 ? "yes" : "no")"
            }
            try folder.write("size,colour,y\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
            try await train(
                """
                data: {source: {csv: t.csv, target: y, task: classification}}
                model: {preset: mlp, hidden: [8]}
                optimizer: {kind: adam, learning_rate: 0.01}
                train: 3
                """)
            let best = folder.file("study/trials/00000/best.h5")
            _ = try Python.run(
                """
                import csv, os, sys, h5py
                import numpy as np
                os.chdir(sys.argv[1])
                with h5py.File(sys.argv[2]) as f:
                    names = [n.decode() for n in f["preparation/feature_names"][()]]
                    fill = f["preparation/columns/fill"][0]
                inputs = []
                for row in csv.DictReader(open("t.csv")):
                    values = {"size": float(row["size"] or fill), "size is missing": float(row["size"] == "")}
                    values["colour=" + row["colour"]] = 1.0
                    inputs.append([values.get(n, 0.0) for n in names])
                h5py.File("x.h5", "w")["x"] = np.array(inputs)
                np.savez("x.npz", x=np.array(inputs))
                """, arguments: [folder.path, best])
            let cells = try await Winnow.run("predict", "study", "t.csv", in: folder)
            try #require(cells.status == 0 && cells.output.split(separator: "\n").count == 61, "\(cells.errors)")
            for name in ["x.h5", "x.npz"] {
                let inputs = try await Winnow.run("predict", "study", name, in: folder)
                #expect(inputs.status == 0 && inputs.output == cells.output, "\(name): \(inputs.errors)")
            }
        }

        /// A learned vector tells apart what no order of the categories could, and an unknown one is answered.
        @Test func anEmbeddedColumnIsLearnt() async throws {
            let names = (0..<12).map { "town \($0)" }
            let rows = (0..<240).map { row in
                "\(names[row % 12]),\(row % 5),\([0, 3, 4, 9, 10].contains(row % 12) ? 1 : 0)"
            }
            try folder.write("town,other,y\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
            try await train(
                """
                data:
                  source: {csv: t.csv, target: y, task: classification, columns: {town: {encode: embedding, embedding_dim: 2}}}
                model: {preset: mlp, hidden: [16]}
                optimizer: {kind: adam, learning_rate: 0.03}
                train: 40
                """)
            try folder.write("other,town\n1,town 0\n1,town 1\n1,nowhere\n", to: "new.csv")
            let run = try await Winnow.run("predict", "study", "new.csv", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let classes = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
            #expect(classes.count == 3 && classes[0] == "1" && classes[1] == "0", "\(run.output)")
        }

        @Test func whatDoesNotGoWithTheModelIsNamed() async throws {
            try await train(Self.housing)
            try folder.write("a,b\n1,2\n", to: "other.csv")
            let other = try await Winnow.run("predict", "study", "other.csv", "--output", "x.csv", in: folder)
            #expect(other.status != 0 && other.errors.contains("the model's columns"), "\(other.errors)")
            #expect(try contents(of: folder.path).keys.allSatisfy { !$0.hasPrefix("x.csv") })
            let name = try await Winnow.run("predict", "study", "other.csv", "--output", "x.txt", in: folder)
            #expect(name.status == 64 && name.errors.contains("must end in .csv, .json or .h5"))
            let none = try await Winnow.run("predict", "nowhere.h5", "other.csv", in: folder)
            #expect(none.status != 0 && none.errors.contains("nowhere.h5"))
            let labelled = try await Winnow.run("evaluate", "study", "other.csv", in: folder)
            #expect(labelled.status != 0 && labelled.errors.contains("Price"), "\(labelled.errors)")
        }
    }
}
