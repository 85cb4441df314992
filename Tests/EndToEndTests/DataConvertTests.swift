import Foundation
import Glibc
import TestSupport
import Testing

/// `winnow data convert` of the real program: what it writes, h5py and Winnow itself read.
@Suite struct DataConvertTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func info(_ arguments: String...) async throws -> [String: Any] {
        let info = try await Winnow.run(["data", "info", "--json"] + arguments, in: folder)
        try #require(info.status == 0, "\(info.errors)")
        return try info.document()
    }

    /// The name, the digest and the columns' names are the file's own.
    private func expectSame(_ one: [String: Any], _ other: [String: Any]) {
        for key in ["samples", "shape", "task", "values", "classes", "targets", "storage", "parts"] {
            #expect(one[key] as? NSObject == other[key] as? NSObject, "\(key)")
        }
    }

    @Test(arguments: ["digits", "housing"])
    func aBuiltInStaysWhatItIs(_ name: String) async throws {
        let convert = try await Winnow.run("data", "convert", name, "out.h5", in: folder)
        #expect(convert.status == 0, "\(convert.errors)")
        #expect(convert.output.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.h5"])
        let before = try await info(name)
        let after = try await info("out.h5")
        expectSame(before, after)
    }

    @Test func h5pyReadsIt() async throws {
        try folder.write("1,0.5,sweet\n2,0.25,sour\n3,0,sweet\n", to: "fruit.csv")
        let convert = try await Winnow.run("data", "convert", "fruit.csv", "fruit.h5", in: folder)
        #expect(convert.status == 0, "\(convert.errors)")
        let read = try Python.run(
            """
            import h5py, sys
            with h5py.File(sys.argv[1]) as file:
                names = [n.decode() if isinstance(n, bytes) else n for n in file.attrs["class_names"]]
                print(file["train/x"][()].tolist(), [names[y] for y in file["train/y"]])
            """, arguments: [folder.file("fruit.h5")])
        #expect(read == "[[1.0, 0.5], [2.0, 0.25], [3.0, 0.0]] ['sweet', 'sour', 'sweet']\n")
    }

    @Test(.enabled(if: RealData.folder("images") != nil, "needs images/ in WINNOW_TEST_DATA"))
    func imagesStayBytes() async throws {
        let images = try #require(RealData.folder("images")) + "/cifar10_small/train"
        let convert = try await Winnow.run("data", "convert", images, "images.h5", "--size", "16x16", in: folder)
        #expect(convert.status == 0, "\(convert.errors)")
        let after = try await info("images.h5")
        #expect(after["shape"] as? [Int] == [3, 16, 16])
        #expect(after["storage"] as? String == "uint8")
        #expect(after["samples"] as? Int == 200)
        #expect(
            (after["classes"] as? [[String: Any]])?.map { $0["samples"] as? Int } == Array(repeating: 20, count: 10))
    }

    @Test(.enabled(if: RealData.folder("mnist") != nil, "needs mnist/ in WINNOW_TEST_DATA"))
    func theTestPartStaysApart() async throws {
        let mnist = try #require(RealData.folder("mnist"))
        let convert = try await Winnow.run("data", "convert", mnist, "mnist.h5", in: folder)
        #expect(convert.status == 0, "\(convert.errors)")
        let before = try await info(mnist)
        let after = try await info("mnist.h5")
        expectSame(before, after)
    }

    @Test func aFileThatIsThereStays() async throws {
        try folder.write("mine", to: "out.h5")
        try await Refusal.expect(
            ["data", "convert", "digits", "out.h5"], status: 64, naming: ["out.h5", "--force"], in: folder)
        let convert = try await Winnow.run("data", "convert", "digits", "out.h5", "--force", in: folder)
        #expect(convert.status == 0, "\(convert.errors)")
        #expect(try await info("out.h5")["samples"] as? Int == 1797)
    }

    @Test func whereNothingCanBeWritten() async throws {
        let convert = try await Winnow.run("data", "convert", "digits", "no/such/folder/out.h5", in: folder)
        #expect(convert.status == 74)
        #expect(convert.errorLines.last?.contains("no/such/folder/out.h5") == true)
    }

    /// An image that somebody else holds under a lease: opening it waits until the lease is given up, which the kernel
    /// enforces after 45 seconds only.
    @Test(arguments: [SIGINT, SIGTERM])
    func readingCanBeInterrupted(_ signal: Int32) async throws {
        for (images, arguments) in [
            ("some", ["convert", "some", "out.h5"]), ("others", ["info", "others"]),
        ] {
            var leases: [FileLease] = []
            for name in ["cats", "dogs"] {
                try FileManager.default.createDirectory(
                    atPath: folder.file("\(images)/\(name)"), withIntermediateDirectories: true)
                leases.append(try FileLease(folder.file("\(images)/\(name)/1.png")))
            }
            let running = try RunningWinnow(["data"] + arguments, in: folder)
            try await eventually(timeout: .seconds(60)) {
                leases.contains(where: \.isWanted)
            } last: {
                try running.errorsSoFar
            }
            running.send(signal)
            let end = try await running.end()
            #expect(end.status == nil, "\(end.errors)")
            withExtendedLifetime(leases) {}
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("out.h5")))
    }
}

/// A new file under a write lease (`fcntl(2)`): whoever opens it waits.
private final class FileLease {
    private let descriptor: Int32
    /// Linux's numbers, which are not imported.
    private static let (setSignal, setLease, getLease) = (Int32(10), Int32(1024), Int32(1025))

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        // The kernel's word that somebody waits would end this process as SIGIO; SIGURG is ignored.
        try #require(fcntl(descriptor, Self.setSignal, SIGURG) == 0)
        try #require(fcntl(descriptor, Self.setLease, Int32(F_WRLCK)) == 0, "errno \(errno)")
    }

    /// Whether somebody waits for the file: the lease has been asked back.
    var isWanted: Bool { fcntl(descriptor, Self.getLease) != Int32(F_WRLCK) }

    deinit { close(descriptor) }
}
