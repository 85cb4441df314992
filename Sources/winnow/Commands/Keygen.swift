import ArgumentParser
import Coordinator
import Foundation
import Messaging
import Worker

struct Keygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a key pair for a coordinator or a worker.",
        discussion: """
            Writes NAME.key, which only its owner can read and which stays on its machine, and NAME.pub, which the other \
            side needs: a coordinator in its --authorized-workers, workers as --coordinator-key.

            Example: winnow keygen gpu7 && cat gpu7.pub >> workers.pub
            """)

    @Argument(help: "What the key is for: the names of the files, and in lists of keys.")
    var name: String

    @Option(help: ArgumentHelp("Where the files go.", valueName: "dir"), completion: .directory)
    var out = "."

    @Flag(help: "Replaces existing files.")
    var force = false

    func validate() throws {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.count <= 100 else {
            throw ValidationError("a key's name has letters, digits, '.', '_' and '-', and does not begin with a point")
        }
    }

    func run() throws {
        let pair = try CURVEKeyPair.generate()
        // The public half first: if the second file fails, no secret is left behind.
        try KeyFile("\(out)/\(name).pub").write(pair.publicKey, name: name, replacing: force)
        try KeyFile("\(out)/\(name).key").write(pair, name: name, replacing: force)
        print(pair.publicKey)
    }
}

/// The options that decide who may connect to a coordinator.
struct CoordinatorKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The coordinator's own key pair, made by winnow keygen.", valueName: "file"),
        completion: .file(extensions: ["key"]))
    var key: String?

    @Option(
        help: ArgumentHelp("The workers' public keys, one per line; read again when it changes.", valueName: "file"),
        completion: .file())
    var authorizedWorkers: String?

    @Flag(help: "Listens beyond this machine without keys: unencrypted, and open to everybody who reaches the address.")
    var insecure = false

    /// - Throws: ``Failure`` if the address is beyond this machine and there are no keys; ``KeyFileError``.
    func access(at endpoint: Endpoint) throws -> CoordinatorAccess {
        switch (key, authorizedWorkers) {
        case (let key?, let authorizedWorkers?):
            guard !insecure else {
                throw Failure(.usage, "--insecure goes without keys, but --key and --authorized-workers name them")
            }
            return .keys(try KeyFile(key).readPair(), try KeyRing(authorizedWorkers))
        case (nil, nil):
            guard endpoint.isLocal || insecure else {
                throw Failure(
                    .usage,
                    "\(endpoint): beyond this machine (tcp://127.0.0.1:PORT) keys are needed: winnow keygen "
                        + "coordinator, then --key coordinator.key --authorized-workers FILE; --insecure goes without")
            }
            return .open
        case (_?, nil):
            throw Failure(.usage, "--key needs --authorized-workers FILE, the public keys of those who may connect")
        case (nil, _?):
            throw Failure(.usage, "--authorized-workers needs --key FILE, the coordinator's own, from winnow keygen")
        }
    }

    /// These options, for a command line.
    var commandLine: String {
        (key.map { " --key \(ExperimentOptions.quoted($0))" } ?? "")
            + (authorizedWorkers.map { " --authorized-workers \(ExperimentOptions.quoted($0))" } ?? "")
            + (insecure ? " --insecure" : "")
    }
}

/// The options for a worker's own key, and for the coordinator's key that it trusts.
struct WorkerKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "This worker's key pair, made by winnow keygen. (default: WINNOW_KEY in the environment)",
            valueName: "file"),
        completion: .file(extensions: ["key"]))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The coordinator's public key: its .pub file, or the 40 characters. "
                + "(default: WINNOW_COORDINATOR_KEY in the environment)", valueName: "file-or-key"),
        completion: .file(extensions: ["pub"]))
    var coordinatorKey: String?

    /// - Throws: ``Failure`` if only one of both is given; ``KeyFileError``.
    func security() throws -> SocketOptions.Security {
        switch (key ?? variable("WINNOW_KEY"), coordinatorKey ?? variable("WINNOW_COORDINATOR_KEY")) {
        case (nil, nil): return .none
        case (let key?, let coordinator?):
            let server = try CURVEPublicKey(coordinator) ?? KeyFile(coordinator).readPublicKey()
            return .client(try KeyFile(key).readPair(), server: server)
        case (_?, nil):
            throw Failure(
                .usage, "a worker's --key needs --coordinator-key (or WINNOW_COORDINATOR_KEY), whom to take for it")
        case (nil, _?):
            throw Failure(.usage, "--coordinator-key needs --key FILE (or WINNOW_KEY), this worker's own")
        }
    }

    private func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Why the connection failed, and what to check.
    func explanation(_ trouble: ConnectionTrouble?, _ otherwise: String) -> String {
        switch trouble {
        case .notAuthorized:
            let own = (key ?? variable("WINNOW_KEY")).flatMap { try? KeyFile($0).readPublicKey() }
            return "the coordinator does not let this worker's key in; its list of --authorized-workers needs "
                + (own.map { "\($0)" } ?? "the public key")
        case .otherMechanism:
            return key ?? variable("WINNOW_KEY") == nil
                ? "the coordinator wants keys; give --key and --coordinator-key"
                : "the coordinator uses no keys, and this worker does; are --key and this address meant?"
        case .handshakeFailed:
            return "the handshake failed; is --coordinator-key this coordinator's public key, and a coordinator there?"
        case nil: return otherwise
        }
    }
}
