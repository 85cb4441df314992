import Experiments
import Wire

extension WorkerMessage {
    /// What no honest worker says, whatever the study is; nil where there is nothing of the kind.
    var absurdity: String? {
        switch self {
        case .hello(let hello):
            hello.absurdity
        case .ready(let ready):
            ready.slots < 0 ? "\(ready.slots) free slots" : nil
        case .heartbeat(let beat):
            if beat.sequence < 0 || beat.heard < 0 || beat.heard > beat.sequence || beat.slots < 0 {
                "heartbeat \(beat.sequence) that has heard \(beat.heard), with \(beat.slots) free slots"
            } else {
                beat.progress.lazy.compactMap(\.absurdity).first
            }
        case .epochFinished(let result):
            if result.epoch < 1 || result.epoch > Int(Int32.max) {
                "\(result.id) has epoch \(result.epoch)"
            } else if result.metrics.count > 1000 || result.metrics.keys.contains(where: { $0.utf8.count > 200 }) {
                "\(result.id) has \(result.metrics.count) metrics, or one with a very long name"
            } else {
                nil
            }
        case .upload(let chunk):
            chunk.file.absurdity ?? ((0..<chunk.file.size).contains(chunk.offset) ? nil : "a piece at \(chunk.offset)")
        case .placed(let placed):
            placed.file.absurdity
        case .fetch(let fetch):
            fetch.offset < 0 ? "asks for byte \(fetch.offset)" : nil
        case .fetchData(let fetch):
            fetch.offset < 0 ? "asks for byte \(fetch.offset)" : nil
        case .finished(let outcome):
            outcome.stopEpoch < 0 || outcome.stopEpoch > Int(Int32.max) - 1
                ? "\(outcome.id) stopped at epoch \(outcome.stopEpoch)" : nil
        case .handBack, .goodbye:
            nil
        }
    }
}

extension WorkerMessage.Hello {
    static let mostSlots = 4096

    fileprivate var absurdity: String? {
        if worker.isEmpty || worker.utf8.count > 300 || host.utf8.count > 300 {
            "a worker's and a host's name have 1 to 300 bytes"
        } else if !(1...WorkerMessage.Hello.mostSlots).contains(slots) {
            "a worker has 1 to \(WorkerMessage.Hello.mostSlots) slots, not \(slots)"
        } else if tags.count > 1000 || environment.count > 1000 {
            "a worker has at most 1000 tags, and as many facts about its environment"
        } else {
            nil
        }
    }
}

extension Progress {
    fileprivate var absurdity: String? {
        let largest = 1 << 50
        return [epoch, step, steps, patienceLeft ?? 0].allSatisfy((0...largest).contains)
            ? nil : "\(id) is in step \(step) of \(steps) of epoch \(epoch)"
    }
}

extension StoredFile {
    /// A checkpoint has at most 1 TiB.
    fileprivate var absurdity: String? {
        (1...1 << 40).contains(size) && (0...Int(Int32.max)).contains(epoch) && (bestEpoch ?? 1) >= 1
            ? nil : "a checkpoint of \(size) bytes after epoch \(epoch)"
    }
}
