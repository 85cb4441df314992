import ArgumentParser
import Messaging

struct Keygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a key pair for a coordinator or a worker.",
        discussion: """
            Writes NAME.key, which nobody else may read and which stays where it is used, and NAME.pub, which the other \
            side needs: a coordinator in its --authorized-workers, workers as --coordinator-key.

            Example: winnow keygen gpu7 && cat gpu7.pub >> workers.pub
            """)

    @Argument(help: "What the key is for: the names of the files, and in lists of keys.")
    var name: String

    @Option(help: ArgumentHelp("Where the files go.", valueName: "dir"), completion: .directory)
    var out = "."

    @Flag(help: "Replaces files that are there.")
    var force = false

    func validate() throws {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.count <= 100 else {
            throw ValidationError("a key's name has letters, digits, '.', '_' and '-', and does not begin with a point")
        }
    }

    func run() throws {
        try Failure.translating {
            let pair = try CURVEKeyPair.generate()
            // The public half first: should the second file fail, no secret lies about.
            try KeyFile("\(out)/\(name).pub").write(pair.publicKey, name: name, replacing: force)
            try KeyFile("\(out)/\(name).key").write(pair, name: name, replacing: force)
            print(pair.publicKey)
        }
    }
}
