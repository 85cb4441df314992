import Foundation
import Glibc
import Messaging
import TestSupport
import Testing

@Suite struct KeyFileTests {
    private let folder: TemporaryDirectory
    private let pair: CURVEKeyPair
    private let file: KeyFile

    init() throws {
        folder = try TemporaryDirectory()
        pair = try .generate()
        file = KeyFile(folder.file("gpu7.key"))
        try file.write(pair, name: "gpu7")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func secret(in path: String) throws -> String {
        let words = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isWhitespace)
        return String(words[try #require(words.firstIndex(of: "secret-key")) + 1])
    }

    @Test func aPairSurvivesItsFile() throws {
        let read = try file.readPair()
        #expect(read.publicKey == pair.publicKey)
        #expect(try file.readPublicKey() == pair.publicKey)
        #expect(try mode(file.path) == 0o600)
        // The halves are each other's, or reading would have thrown.
        #expect(!"\(pair) \(pair.publicKey)".contains(try secret(in: file.path)))
    }

    @Test func aFileIsReplacedOnlyWhenTold() throws {
        let other = try CURVEKeyPair.generate()
        #expect(throws: KeyFileError(file.path, .exists)) { try file.write(other, name: "gpu7") }
        #expect(try file.readPair().publicKey == pair.publicKey)
        #expect(chmod(file.path, 0o644) == 0)
        try file.write(other, name: "gpu7", replacing: true)
        #expect(try file.readPair().publicKey == other.publicKey)
        #expect(try mode(file.path) == 0o600)
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o644])
    func aSecretThatOthersMayReadIsRefused(mode: Int) throws {
        #expect(chmod(file.path, mode_t(mode)) == 0)
        let error = try #require(throws: KeyFileError.self) { try file.readPair() }
        #expect(error == KeyFileError(file.path, .tooOpen(mode: UInt32(mode))))
        #expect(error.description.contains("chmod 600"))
    }

    /// What a service manager mounts is somebody else's, and readable for a group made for it.
    @Test(.enabled(if: geteuid() == 0, "giving a file away needs root"))
    func aSecretOfAnotherOwnerMayBeItsGroups() throws {
        #expect(chown(file.path, 1, 1) == 0)
        #expect(chmod(file.path, 0o640) == 0)
        #expect(try file.readPair().publicKey == pair.publicKey)
        #expect(chmod(file.path, 0o644) == 0)
        #expect(throws: KeyFileError(file.path, .tooOpen(mode: 0o644))) { try file.readPair() }
    }

    @Test func aPublicFileIsNoPair() throws {
        let open = KeyFile(folder.file("gpu7.pub"))
        try open.write(pair.publicKey, name: "gpu7")
        #expect(try open.readPublicKey() == pair.publicKey)
        #expect(try mode(open.path) == 0o644)
        #expect(chmod(open.path, 0o600) == 0)
        #expect(throws: KeyFileError(open.path, .isPublic)) { try open.readPair() }
    }

    @Test func damagedKeysAreRefused() throws {
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        let secret = try secret(in: file.path)
        let other = KeyFile(folder.file("other.key"))
        try other.write(.generate(), name: "other")
        for (replaced, replacement) in [
            (secret, String(secret.dropLast())), (secret, try self.secret(in: other.path)),
            (pair.publicKey.description, "~" + pair.publicKey.description.dropFirst()),
            (pair.publicKey.description, String(repeating: "#", count: 40)),
        ] {
            try text.replacingOccurrences(of: replaced, with: replacement)
                .write(toFile: file.path, atomically: false, encoding: .utf8)
            #expect(throws: KeyFileError(file.path, .badKey)) { try file.readPair() }
        }
    }

    @Test func whatIsNoKeyFileIsRefused() throws {
        #expect(throws: KeyFileError(folder.file("none"), .missing)) { try KeyFile(folder.file("none")).readPair() }
        #expect(throws: KeyFileError(folder.path, .noFile)) { try KeyFile(folder.path).readPublicKey() }
        let empty = try folder.write("", to: "empty")
        #expect(chmod(empty, 0o600) == 0)
        #expect(throws: KeyFileError(empty, .noKey)) { try KeyFile(empty).readPair() }
        let binary = folder.file("binary")
        try Data("public-key \(pair.publicKey) \n".utf8 + [0xFF]).write(to: URL(fileURLWithPath: binary))
        #expect(throws: KeyFileError(binary, .noKey)) { try KeyFile(binary).readPublicKey() }
        let large = try folder.write(String(repeating: "x", count: 70_000), to: "large")
        #expect(throws: KeyFileError(large, .tooLarge(limit: 65_536))) { try KeyFile(large).readPublicKey() }
    }

    @Test func aListTakesKeysWithAndWithoutNames() throws {
        let (one, two) = (try CURVEKeyPair.generate().publicKey, try CURVEKeyPair.generate().publicKey)
        let text = "# the lab\n\n\(one)\n  public-key \(two)  gpu 8 \r\n#\(pair.publicKey) gone\n"
        let list = try AuthorizedKeys(reading: folder.write(text, to: "list"))
        #expect(list.names == [one: "", two: "gpu 8"])
        #expect(list.contains(one) && list.contains(two) && !list.contains(pair.publicKey))
        let wrong = try folder.write("\(one)\n\n\(two)x\n", to: "wrong")
        #expect(throws: KeyFileError(wrong, .badLine(3))) { try AuthorizedKeys(reading: wrong) }
    }
}
