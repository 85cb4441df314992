import Foundation
import Glibc
import TestSupport
import Testing

/// Keys on the command line: made, and refused where they are wrong.
@Suite struct KeyCommandTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(SampleExperiment.quick, to: "quick.yaml")
    }

    @Test func keygenWritesAPairAndReplacesNone() async throws {
        let made = try await Winnow.run("keygen", "gpu7", in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let before = try contents(of: folder.path)
        #expect(Set(before.keys) == ["quick.yaml", "gpu7.key", "gpu7.pub"])
        for (name, mode) in [("gpu7.key", 0o600), ("gpu7.pub", 0o644)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        let key = made.output.trimmingCharacters(in: .newlines)
        #expect(key.utf8.count == 40)
        #expect(String(decoding: before["gpu7.pub"]!, as: UTF8.self).contains("public-key \(key) gpu7"))

        try await Refusal.expect(["keygen", "gpu7"], status: 73, naming: ["gpu7", "--force"], in: folder)
        try await Refusal.expect(
            ["keygen", "gpu8", "--out", "nowhere"], status: 74, naming: ["nowhere/gpu8", "No such"], in: folder)
        #expect(try await Winnow.run("keygen", "gpu7", "--force", in: folder).status == 0)
        #expect(try contents(of: folder.path)["gpu7.key"] != before["gpu7.key"])
        #expect(try await Winnow.run("keygen", "../gpu7", in: folder).status == 64)
    }

    @Test func aCoordinatorRefusesWrongKeys() async throws {
        for name in ["coordinator", "gpu7", "open"] {
            #expect(try await Winnow.run("keygen", name, in: folder).status == 0)
        }
        #expect(chmod(folder.file("open.key"), 0o644) == 0)
        try folder.write("gpu7 is welcome\n", to: "words")
        let start = ["coordinator", "quick.yaml", "--bind", "tcp://127.0.0.1:0"]
        let cases: [([String], Int32, [String])] = [
            (["--key", "coordinator.key"], 64, ["--authorized-workers"]),
            (["--authorized-workers", "gpu7.pub"], 64, ["--key"]),
            (["--key", "coordinator.key", "--authorized-workers", "gpu7.pub", "--insecure"], 64, ["--insecure"]),
            (["--key", "none.key", "--authorized-workers", "gpu7.pub"], 66, ["none.key", "winnow keygen"]),
            (["--key", "coordinator.pub", "--authorized-workers", "gpu7.pub"], 65, ["coordinator.pub", "NAME.key"]),
            (["--key", "open.key", "--authorized-workers", "gpu7.pub"], 65, ["open.key", "chmod 600"]),
            (["--key", "coordinator.key", "--authorized-workers", "none"], 66, ["none"]),
            (["--key", "coordinator.key", "--authorized-workers", "words"], 65, ["words", "line 1"]),
        ]
        for (words, status, naming) in cases {
            try await Refusal.expect(start + words, status: status, naming: naming, in: folder)
        }
    }

    @Test func aWorkerNeedsBothKeysOrNone() async throws {
        #expect(try await Winnow.run("keygen", "gpu7", in: folder).status == 0)
        let start = ["worker", "tcp://127.0.0.1:1"]
        for (words, status, naming) in [
            (["--key", "gpu7.key"], 64, ["--coordinator-key"]),
            (["--coordinator-key", "gpu7.pub"], 64, ["--key"]),
            (["--key", "gpu7.pub", "--coordinator-key", "gpu7.pub"], 65, ["gpu7.pub", "NAME.key"]),
            (["--key", "gpu7.key", "--coordinator-key", "none.pub"], 66, ["none.pub"]),
        ] as [([String], Int32, [String])] {
            try await Refusal.expect(start + words, status: status, naming: naming, in: folder)
        }
    }

    @Test func beyondThisMachineKeysAreNeeded() async throws {
        for address in ["tcp://0.0.0.0:0", "tcp://*:0", "tcp://[::]:0"] {
            try await Refusal.expect(
                ["coordinator", "quick.yaml", "--bind", address], status: 64,
                naming: ["keys are needed", "winnow keygen", "--authorized-workers", "--insecure"], in: folder)
        }
        let insecure = try RunningWinnow(
            ["coordinator", "quick.yaml", "--bind", "tcp://0.0.0.0:0", "--insecure", "--study", "study"], in: folder)
        try await insecure.says("waiting for workers")
    }
}
