import ArgumentParser
import Coordinator
import Messaging

/// Who may connect to a coordinator.
struct CoordinatorKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The coordinator's own key pair, made by winnow keygen.", valueName: "file"),
        completion: .file(extensions: ["key"]))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The workers' public keys, one to a line; read again when it changes.", valueName: "file"),
        completion: .file())
    var authorizedWorkers: String?

    @Flag(help: "Listens beyond this machine without keys: in clear, and for everybody who reaches the address.")
    var insecure = false

    /// - Throws: ``Failure`` where the address is beyond this machine and there are no keys, ``KeyFileError``.
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

    /// The words that give the same again.
    var commandLine: String {
        (key.map { " --key \(ExperimentOptions.quoted($0))" } ?? "")
            + (authorizedWorkers.map { " --authorized-workers \(ExperimentOptions.quoted($0))" } ?? "")
            + (insecure ? " --insecure" : "")
    }
}
