import ArgumentParser
import Console
import Datasets
import Downloads
import Messaging

struct DataFetch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Downloads a data set to where experiments find it, and prints that folder.",
        discussion: """
            A file gets its name only when it is whole and its SHA-256 is right; existing files that are right are not \
            downloaded again. After an interruption, by Ctrl-C for instance, the same command continues where the download \
            stopped. http_proxy and https_proxy in the environment are respected.

              mnist           60,000 + 10,000 handwritten digits, 12 MB
              fashion-mnist   60,000 + 10,000 pieces of clothing, 31 MB
              cifar10         50,000 + 10,000 colour photographs, 170 MB, 184 MB unpacked

            Example: winnow data fetch mnist
            Example: winnow data fetch cifar10 --mirror https://mirror.example.org/cifar --to data/cifar10
            """)

    @Argument(
        help: ArgumentHelp("The data set: \(DataFetch.names.joined(separator: ", ")).", valueName: "name"),
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
            "An address or folder with the same files, used instead of their own addresses; the checksums still apply.",
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

    private func folder() throws -> String {
        if let to { return to }
        guard let downloads = DataLibrary.downloads else {
            throw Failure(.usage, "neither XDG_DATA_HOME nor HOME is set; say where the files go with --to")
        }
        return "\(downloads)/\(name)"
    }

    /// The command that continues the download.
    private var commandLine: String {
        let options = [("--to", to), ("--mirror", mirror)].flatMap { key, value in value.map { [key, $0] } ?? [] }
        return (["winnow", "data", "fetch", name] + options).map(ExperimentOptions.quoted).joined(separator: " ")
    }
}

/// Shows a download's progress: on a terminal in one live line for the current file, else in plain lines.
final class FetchDisplay {
    private let isLive = Terminal.errors.isInteractive
    private var isDrawn = false
    private var lastShown = ContinuousClock.now
    /// The start of the current file's download, and its size then; for the rate.
    private var began = (time: ContinuousClock.now, size: 0)

    func show(_ event: FetchEvent) {
        if case .progress(let file, let size, let total) = event { return progress(file, size, total) }
        erase()
        Terminal.errors.line(line(event))
        if case .began(_, _, let size, _) = event {
            began = (.now, size)
            lastShown = .now
        }
    }

    /// Erases the live line.
    func close() { erase() }

    private func line(_ event: FetchEvent) -> String {
        switch event {
        case .present(let file): return "\(file): already there"
        case .damaged(let file): return "\(file): what is there is damaged; fetching it anew"
        case .began(_, let address, let size, let total):
            let rest = size > 0 ? ", going on after \(Figure.bytes(size))" : ""
            return "\(address): \(Figure.bytes(total))\(rest)"
        case .progress(let file, let size, let total):
            return "\(file): \(Figure.bytes(size)) of \(Figure.bytes(total))"
        case .startedAnew(let file):
            return "\(file): the part from before belongs to another file; fetching all of it"
        case .retrying(let error, let pause):
            return "\(error.location): \(error.message); trying again in \(Figure.duration(pause / .seconds(1)))"
        case .addressFailed(let error, let next, let note):
            return "\(error.location): \(error.message); trying \(next)\(note.map { " (\($0))" } ?? "")"
        case .finished(let file, let total): return "\(file): all \(Figure.bytes(total)), checksum right"
        case .unpacking(let archive): return "\(archive): unpacking"
        case .unpacked(let files): return "unpacked \(files.joined(separator: ", "))"
        }
    }

    private func progress(_ file: String, _ size: Int, _ total: Int) {
        // Few lines for a log, frequent updates for a terminal.
        guard .now - lastShown > (isLive ? .milliseconds(100) : .seconds(10)) else { return }
        lastShown = .now
        let rate = Double(size - began.size) / ((ContinuousClock.now - began.time) / .seconds(1))
        var line = "\(file): \(100 * size / max(total, 1)) %, \(Figure.bytes(size)) of \(Figure.bytes(total))"
        if rate > 0 { line += ", \(Figure.bytes(Int(rate)))/s, \(Figure.duration(Double(total - size) / rate)) left" }
        guard isLive else { return Terminal.errors.line(line) }
        erase()
        Terminal.errors.write(String(line.prefix((Terminal.errors.columns ?? 80) - 1)))
        isDrawn = true
    }

    private func erase() {
        guard isDrawn else { return }
        Terminal.errors.write("\r\u{1B}[K")
        isDrawn = false
    }
}
