import Console
import Downloads

/// Shows how a data set is fetched: on a terminal in one live line for the current file, else in plain lines.
final class FetchDisplay {
    private let isLive = Terminal.errors.isInteractive
    private var isDrawn = false
    private var lastShown = ContinuousClock.now
    /// When the current file began, and with how many bytes: the rate is reckoned by them.
    private var began = (time: ContinuousClock.now, size: 0)

    func show(_ event: FetchEvent) {
        if case .progress(let file, let size, let total) = event {
            return progress(file, size, total)
        }
        erase()
        Terminal.errors.line(line(event))
        if case .began(_, _, let size, _) = event {
            began = (.now, size)
            lastShown = .now
        }
    }

    /// Takes the live line away.
    func close() {
        erase()
    }

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
        // A log wants few lines, an eye many.
        guard .now - lastShown > (isLive ? .milliseconds(100) : .seconds(10)) else { return }
        lastShown = .now
        let rate = Double(size - began.size) / ((ContinuousClock.now - began.time) / .seconds(1))
        var line = "\(file): \(100 * size / max(total, 1)) %, \(Figure.bytes(size)) of \(Figure.bytes(total))"
        if rate > 0 {
            line += ", \(Figure.bytes(Int(rate)))/s, \(Figure.duration(Double(total - size) / rate)) left"
        }
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
