import ArgumentParser
import Datasets
import Downloads
import Messaging

struct DataFetch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Downloads a data set to where experiments find it, and prints that folder.",
        discussion: """
            A file gets its name only when it is whole and its SHA-256 is right; files that are there and right are not \
            fetched again. What was interrupted, by Ctrl-C for instance, goes on where it stopped when the same command \
            is given again. http_proxy and https_proxy in the environment are heeded.

              mnist           60,000 + 10,000 handwritten digits, 12 MB
              fashion-mnist   60,000 + 10,000 pieces of clothing, 31 MB
              cifar10         50,000 + 10,000 colour photographs, 170 MB, 184 MB unpacked

            Example: winnow data fetch mnist
            Example: winnow data fetch cifar10 --mirror https://mirror.example.org/cifar --to data/cifar10
            """)

    @Argument(
        help: ArgumentHelp(
            "Which one: \(DataFetch.names.joined(separator: ", ")).", valueName: "name"),
        completion: .list(DataFetch.names))
    var name: String

    @Option(
        help: ArgumentHelp(
            "The folder for the files. (default: ~/.local/share/winnow/NAME, or under $XDG_DATA_HOME)",
            valueName: "dir"),
        completion: .directory)
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Where the same files lie, instead of at their own addresses; the checksums hold.",
            valueName: "url-or-folder"),
        completion: .directory)
    var mirror: String?

    private static let names = DatasetCatalogue.standard.datasets.map(\.name)

    func validate() throws {
        guard DatasetCatalogue.standard[name] != nil else {
            throw ValidationError(
                "there is no \"\(name)\" to fetch; there are \(DataFetch.names.joined(separator: ", "))")
        }
        guard to != "" else { throw ValidationError("--to must name a folder") }
    }

    func run() throws {
        try Failure.translating {
            guard let dataset = DatasetCatalogue.standard[name] else { return }
            let folder = try folder()
            let mirror = try mirror.map { text in try RemoteAddress(mirror: text) }
            let signal = try TerminationSignal()
            let display = FetchDisplay()
            do {
                try withExtendedLifetime(signal) {
                    try DatasetFetch(
                        dataset, to: folder, mirror: mirror,
                        interruption: Interruption(descriptor: signal.fileDescriptor), report: display.show
                    ).run()
                }
            } catch let error as DownloadError where error.code == .interrupted {
                display.close()
                throw Failure(.interrupted, "interrupted; what came is kept; to go on: \(commandLine)")
            } catch {
                display.close()
                throw error
            }
            display.close()
            print(folder)
        }
    }

    private func folder() throws -> String {
        if let to { return to }
        guard let downloads = DataLibrary.downloads else {
            throw Failure(.usage, "neither XDG_DATA_HOME nor HOME is set; say where the files go with --to")
        }
        return "\(downloads)/\(name)"
    }

    /// The words that go on with it.
    private var commandLine: String {
        let options = [("--to", to), ("--mirror", mirror)].flatMap { key, value in value.map { [key, $0] } ?? [] }
        return (["winnow", "data", "fetch", name] + options).map(ExperimentOptions.quoted).joined(separator: " ")
    }
}
