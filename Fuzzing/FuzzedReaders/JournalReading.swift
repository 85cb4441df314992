internal import Experiments
internal import Schema
internal import Studies
internal import StudyStore

/// A journal that a reader accepts is accepted by a writer, who finds the same records and cuts no more than the tail.
enum JournalReading {
    static func read(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        let study = StudyFolder(folder)
        do {
            try FolderFiles.make(study.journalFolder)
            try FolderFiles.write(bytes, to: "\(study.journalFolder)/00000001.wnj")
        } catch {
            throw BrokenPromise("the fuzzer's own folder fails: \(error)")
        }
        guard let records = try? Journal.read(study) else { return }
        do {
            let opened = try Journal.open(study)
            guard opened.records.count == records.count, opened.journal.tornBytes < bytes.count else {
                throw BrokenPromise("read \(records.count) records, opened \(opened.records.count)")
            }
            guard try Journal.read(study).count == records.count else {
                throw BrokenPromise("a journal whose tail was cut has other records than before")
            }
        } catch let error as BrokenPromise {
            throw error
        } catch {
            throw BrokenPromise("a journal that could be read cannot be opened: \(error)")
        }
    }
}

/// Records in any order, each behind its length of two bytes: a study's state takes those that fit, and refuses the others.
enum RecordReading {
    static func read(_ bytes: [UInt8]) throws(BrokenPromise) {
        var state = StudyState()
        var rest = bytes[...]
        while rest.count > 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            let payload = Array(rest.dropFirst(2).prefix(length))
            rest = rest.dropFirst(2 + length)
            guard let (study, record) = try? JournalRecord.decode(payload) else { continue }
            let encoded = record.encoded(of: study)
            // As bytes: NaN is no equal of itself.
            guard let again = try? JournalRecord.decode(encoded), again.record.encoded(of: again.study) == encoded
            else {
                throw BrokenPromise("a record does not survive its encoding: \(record)")
            }
            _ = record.json(of: study)
            _ = try? state.apply(record)
        }
        guard state.trials.enumerated().allSatisfy({ $0.offset == $0.element.number }) else {
            throw BrokenPromise("trials are not numbered in their order")
        }
    }
}

/// What is accepted as a message encodes to a header that decodes to the same.
enum WireReading {
    static func read(_ bytes: [UInt8]) throws(BrokenPromise) {
        try roundTrip(WorkerMessage.self, bytes)
        try roundTrip(CoordinatorMessage.self, bytes)
    }

    private static func roundTrip<Message: WireMessage>(
        _ type: Message.Type, _ bytes: [UInt8]
    ) throws(BrokenPromise) {
        guard let envelope = try? Envelope<Message>(frames: [bytes]) else { return }
        do {
            let frames = try envelope.frames()
            // As bytes: NaN is no equal of itself.
            guard try Envelope<Message>(frames: frames).frames() == frames else {
                throw BrokenPromise("a message does not survive its encoding: \(envelope.message)")
            }
        } catch let error as BrokenPromise {
            throw error
        } catch {
            throw BrokenPromise("what was decoded cannot be encoded and decoded: \(error)")
        }
    }
}
