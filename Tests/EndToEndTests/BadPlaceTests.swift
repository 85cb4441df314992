import Foundation
import TestSupport
import Testing

/// Places that cannot be used: study folders, addresses.
@Suite struct BadPlaceTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(SampleExperiment.quick, to: "quick.yaml")
    }

    @Test func studyOfAnotherExperiment() async throws {
        let first = try await Winnow.run("run", "quick.yaml", "--workers", "1", "--study", "study", in: folder)
        try #require(first.status == 0, "\(first.errors)")
        try await Refusal.expect(
            ["run", "quick.yaml", "--study", "study", "--set", "seed=12"], status: 73,
            naming: ["study", "another experiment: seed is 11 there and 12 here", "--study"], in: folder)
    }

    @Test func studyWhoseDataHaveChanged() async throws {
        // The table lies beside the experiment file, wherever the program is started.
        try FileManager.default.createDirectory(atPath: folder.file("sub"), withIntermediateDirectories: false)
        try folder.write((0..<30).map { "\($0),\($0 * $0)\n" }.joined(), to: "sub/squares.csv")
        try folder.write(
            """
            data: {source: {csv: squares.csv, target: 1, task: regression}}
            model: {preset: regressor}
            loss: {kind: mean_squared_error}
            train: {epochs: 1}
            """, to: "sub/squares.yaml")
        let first = try await Winnow.run("run", "sub/squares.yaml", "--study", "study", in: folder)
        try #require(first.status == 0, "\(first.errors)")
        try folder.write((0..<30).map { "\($0),\($0)\n" }.joined(), to: "sub/squares.csv")
        try await Refusal.expect(
            ["run", "sub/squares.yaml", "--study", "study"], status: 73, naming: ["study", "other data"], in: folder)
    }

    @Test func folderThatIsNoStudy() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("mine"), withIntermediateDirectories: false)
        try folder.write("keep me", to: "mine/notes.txt")
        try await Refusal.expect(
            ["run", "quick.yaml", "--study", "mine"], status: 73, naming: ["mine", "no study", "--study"], in: folder)
    }

    @Test func folderThatCannotBeMade() async throws {
        try await Refusal.expect(
            ["run", "quick.yaml", "--study", "/proc/study"], status: 74, naming: ["/proc/study", "mkdir"], in: folder)
    }

    @Test func lockedStudy() async throws {
        let holder = try await restingCoordinator()
        try await Refusal.expect(
            ["run", "quick.yaml", "--study", "study"], status: 73,
            naming: ["study", "another coordinator", "\(holder.pid)"], in: folder)
    }

    @Test func portInUse() async throws {
        let holder = try await restingCoordinator()
        let address = try await holder.address()
        try await Refusal.expect(
            ["coordinator", "quick.yaml", "--bind", address, "--study", "other"], status: 71,
            naming: [address, "in use", "--bind"], in: folder)
    }

    @Test func noCoordinatorAtTheAddress() async throws {
        // A port that was free a moment ago; nobody else on this machine is told of it.
        let coordinator = try RunningWinnow(
            ["coordinator", "quick.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
        let address = try await coordinator.address()
        coordinator.send(SIGTERM)
        _ = try await coordinator.end()
        try await Refusal.expect(
            ["worker", address, "--connect-timeout", "1"], status: 69, naming: [address, "no coordinator", "1s"],
            in: folder)
    }

    @Test func addressBeyondThisMachine() async throws {
        try await Refusal.expect(
            ["coordinator", "quick.yaml", "--bind", "tcp://0.0.0.0:5555"], status: 64,
            naming: ["tcp://0.0.0.0:5555", "keys are needed", "tcp://127.0.0.1:PORT"], in: folder)
    }

    @Test func addressThatIsNone() async throws {
        try await Refusal.expect(
            ["worker", "localhost"], status: 64, naming: ["localhost", "tcp://", "ipc://"], in: folder)
    }

    @Test func folderWithoutAStudy() async throws {
        for command in [["results", "nowhere"], ["show", "nowhere", "0"]] {
            try await Refusal.expect(command, status: 66, naming: ["nowhere", "no study"], in: folder)
        }
    }

    @Test func trialThatIsNotThere() async throws {
        let run = try await Winnow.run("run", "quick.yaml", "--workers", "1", "--study", "study", in: folder)
        try #require(run.status == 0, "\(run.errors)")
        try await Refusal.expect(
            ["show", "study", "3"], status: 64, naming: ["study", "trial 3", "0 to 2"], in: folder)
    }

    @Test func unknownCommandAndUselessNumber() async throws {
        for command in [["run"], ["run", "quick.yaml", "--workers", "0"]] {
            let run = try await Winnow.run(command, in: folder)
            #expect(run.status == 64, "\(command): \(run.errors)")
            #expect(run.errors.contains("Usage: winnow"))
        }
        try await Refusal.expect(["rn"], status: 64, naming: ["\"rn\"", "did you mean \"run\"?"], in: folder)
    }

    /// A coordinator that waits for workers, and has written all that it has to say.
    private func restingCoordinator() async throws -> RunningWinnow {
        let coordinator = try RunningWinnow(
            ["coordinator", "quick.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
        try await coordinator.says("waiting for workers")
        let published = folder.file("study/study.h5")
        try await eventually {
            FileManager.default.fileExists(atPath: published)
        } last: {
            try coordinator.errorsSoFar
        }
        return coordinator
    }
}
