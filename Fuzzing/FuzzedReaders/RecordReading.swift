internal import Schema
internal import Studies

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
