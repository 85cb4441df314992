internal import Experiments

/// Records in any order: a study's state takes those that fit, and refuses the others.
enum RecordReading {
    static func read(_ bytes: [UInt8]) throws(BrokenPromise) {
        var state = StudyState()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let record = try? PortableJSON.decode(JournalRecord.self, from: Array(line)) else { continue }
            do {
                let encoded = try PortableJSON.encode(record)
                guard try PortableJSON.encode(PortableJSON.decode(JournalRecord.self, from: encoded)) == encoded else {
                    throw BrokenPromise("a record does not survive its encoding: \(record)")
                }
            } catch let error as BrokenPromise {
                throw error
            } catch {
                throw BrokenPromise("what was decoded cannot be encoded and decoded: \(error)")
            }
            _ = try? state.apply(record)
        }
        guard state.trials.enumerated().allSatisfy({ $0.offset == $0.element.number }) else {
            throw BrokenPromise("trials are not numbered in their order")
        }
    }
}
