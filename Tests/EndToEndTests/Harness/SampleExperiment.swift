import TestSupport

/// Experiment files that several tests use.
enum SampleExperiment {
    /// A few milliseconds a trial: a regression with dropout, drawn at random.
    static let quick = """
        name: quick
        seed: 11
        data: {source: housing, scale_target: true}
        model: {preset: regressor, hidden: 8, dropout: 0.2}
        loss: {kind: mean_squared_error}
        train: {epochs: 5}
        search:
          sampler: random
          trials: 3
          parameters:
            optimizer.learning_rate: {min: 1.0e-3, max: 0.1, scale: log}

        """

    /// A fifth of a second an epoch, by steps of single samples: long enough to be interrupted in the middle of one. Four
    /// trials of three epochs.
    static let slow = """
        name: slow
        seed: 5
        data: {source: digits, batch_size: 1}
        model:
          layers:
            - conv2d: {channels: 32, kernel: 3, padding: 1}
            - relu
            - conv2d: {channels: 64, kernel: 3, padding: 1}
            - relu
            - max_pool2d: {kernel: 2}
            - flatten
            - dropout: 0.3
            - linear: {features: 32}
            - relu
            - linear: {features: 10}
        train: {epochs: 3}
        checkpoint: {every: 1ms}
        search:
          sampler: random
          trials: 4
          parameters:
            optimizer.learning_rate: {min: 1.0e-4, max: 3.0e-3, scale: log}

        """

    /// What ``slow`` comes to when nothing disturbs it; trained once for all tests that disturb it.
    static func undisturbed() async throws -> StudyFingerprint {
        try await undisturbedSlow.value
    }

    private static let undisturbedSlow = Task {
        let folder = try TemporaryDirectory()
        try folder.write(slow, to: "slow.yaml")
        let run = try await Winnow.run("run", "slow.yaml", "--workers", "2", "--study", "study", in: folder)
        guard run.status == 0 else { throw UnexpectedEnd(run) }
        return try StudyFingerprint(of: folder.file("study"))
    }
}

/// A run that a test needs as its basis did not end as it should.
struct UnexpectedEnd: Error, CustomStringConvertible {
    let description: String

    init(_ run: EndedWinnow) {
        description = "ended with \(run.status.map(String.init) ?? "a signal"): \(run.errors)"
    }
}
