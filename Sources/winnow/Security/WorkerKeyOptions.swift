import ArgumentParser
import Foundation
import Messaging
import Worker

/// A worker's own keys, and the coordinator that it trusts.
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

    /// - Throws: ``Failure`` where only one of both is given, ``KeyFileError``.
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

    /// Why there was no welcome, and what to check.
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
