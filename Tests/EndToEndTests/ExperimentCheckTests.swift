import Foundation
import TestSupport
import Testing

/// What `check` and `run` find in an experiment before anything is trained.
@Suite struct ExperimentCheckTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test func allMistakesAreListedAtOnce() async throws {
        try folder.write(
            """
            name: ../elsewhere
            data: {source: digits, batch_siz: 8}
            model: {layers: [flatten, {linear: {out_features: 10}}]}
            optimizer: {kind: sgd, lr: 0.1}
            train: {epochs: many, select: {monitor: val_loss}}
            """, to: "bad.yaml")
        for command in ["check", "run", "coordinator"] {
            let more = command == "coordinator" ? ["--bind", "tcp://127.0.0.1:0"] : []
            let run = try await Winnow.run([command, "bad.yaml"] + more, in: folder)
            #expect(run.status == 65)
            let places = run.errorLines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
            #expect(
                places == [
                    "winnow: bad.yaml:1:7: name:", "winnow: bad.yaml:2:24: data.batch_siz:",
                    "winnow: bad.yaml:3:37: model.layers.1.linear.out_features:",
                    "winnow: bad.yaml:4:24: optimizer.lr:",
                    "winnow: bad.yaml:5:17: train.epochs:", "winnow: bad.yaml:5:41: train.select.monitor:",
                ], "\(run.errors)")
            #expect(run.output.isEmpty)
        }
    }

    @Test func aSearchOverTheLossNeedsAnotherMonitor() async throws {
        let text = """
            seed: 1
            data: {source: housing, scale: standardize, scale_target: true}
            model: {preset: regressor, dropout: 0.2}
            train: {epochs: 40}
            search:
              sampler: grid
              seeds: 2
              parameters: {loss.kind: {values: [mean_squared_error, huber, mean_absolute_error]}}

            """
        try await Refusal.expect(
            text, naming: "bad.yaml:8:", "train.select.monitor", "validation_loss", "loss.kind",
            "validation_mean_squared_error, validation_rmse, validation_r2")
        try folder.write(text, to: "fair.yaml")
        let check = try await Winnow.run(
            "check", "fair.yaml", "--set", "train.select=validation_mean_squared_error", in: folder)
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func combinationsOfAGridThatDoNotGoTogether() async throws {
        try await Refusal.expect(
            """
            data: {source: digits}
            model: {preset: mlp}
            search: {parameters: {regularize.mixup: [none, 0.2], regularize.cutmix: [none, 1], model.dropout: [0, 0.5]}}
            """, naming: "bad.yaml:3:", "mixup or cutmix", "with regularize.mixup=0.2 regularize.cutmix=1")
    }

    /// 55 rows, of which 33 train: two batches of 16, and one of a single sample.
    private func writeTable() throws {
        let rows = (0..<55).map { "\($0 % 7).5,\($0 % 5),\($0 % 3 == 0 ? "a" : "b")\n" }
        try folder.write("u,v,y\n" + rows.joined(), to: "table.csv")
    }

    private let batches = """
        data:
          source: {csv: table.csv, target: y, task: classification}
          batch_size: 16
        model: {layers: [{linear: 8}, batch_norm, relu, {linear: 2}]}
        train: 2

        """

    @Test func aLastBatchOfOneSampleUnderBatchNormalisation() async throws {
        try writeTable()
        try await Refusal.expect(
            batches, naming: "bad.yaml:3:15", "data.batch_size", "33 training samples in batches of 16", "one sample",
            "drop_last", in: folder)
        try await Refusal.expect(
            batches.replacing("size: 16", with: "size: 11")
                + "search: {parameters: {data.batch_size: [11, 8, 10, 16]}}\n",
            naming: "bad.yaml:6:", "batches of 8", "with data.batch_size=8", lines: 2, in: folder)
    }

    @Test func dropLastTrainsWithoutIt() async throws {
        try writeTable()
        try folder.write(batches, to: "table.yaml")
        let run = try await Winnow.run(
            "run", "table.yaml", "--study", "study", "--set", "data.drop_last=true", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            try String(contentsOfFile: folder.file("study/resolved.yaml"), encoding: .utf8)
                .contains("  drop_last: true\n"))
    }

    @Test func moreTrialsThanAnyoneMeans() async throws {
        let text = """
            data: {source: housing}
            model: {preset: regressor}
            search:
              sampler: grid
              parameters:
                data.batch_size: {min: 2, max: 401, integer: true}
                model.hidden: {min: 1, max: 400, integer: true}

            """
        try folder.write(text, to: "large.yaml")
        let run = try await Winnow.run("run", "large.yaml", in: folder)
        #expect(run.status == 64 && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains("160000 trials") && run.errors.contains("--yes"), "\(run.errors)")
        // Who means it is refused for what comes next.
        try FileManager.default.createDirectory(atPath: folder.file("occupied"), withIntermediateDirectories: true)
        try folder.write("not a study", to: "occupied/file")
        let confirmed = try await Winnow.run("run", "large.yaml", "--yes", "--study", "occupied", in: folder)
        #expect(confirmed.status == 73, "\(confirmed.errors)")
        let check = try await Winnow.run("check", "large.yaml", in: folder)
        #expect(check.status == 0 && check.errors.contains("160000 trials"), "\(check.errors)")
    }

    @Test func aSpaceWithFewerPointsThanTrials() async throws {
        try folder.write(
            """
            data: {source: housing}
            model: {preset: regressor, hidden: 4}
            train: 1
            search: {sampler: random, trials: 20, seeds: 2, parameters: {model.dropout: [0.1, 0.3, 0.5]}}

            """, to: "few.yaml")
        let check = try await Winnow.run("check", "few.yaml", in: folder)
        #expect(check.errors.contains("search.trials asks for 20, but the search space has only 3 points"))
        let run = try await Winnow.run("run", "few.yaml", "--study", "study", "--json", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("only 3 points: 6 trials"), "\(run.errors)")
        #expect(try run.trials().count == 6)
    }
}
