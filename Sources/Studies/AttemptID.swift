/// A study's number: drawn when the study is made, the same for ever, and different from every other study's.
package struct StudyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bits: UInt64

    package init(_ bits: UInt64) {
        self.bits = bits
    }

    /// What a file has that names no study, such as a checkpoint.
    package static let none = StudyID(0)

    /// A new one; of 53 bits, so that every reader of JSON holds it.
    package static func drawn() -> StudyID { StudyID(.random(in: 1..<1 << 53)) }

    package static func < (one: StudyID, other: StudyID) -> Bool { one.bits < other.bits }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// As its hexadecimal digits: no reader of JSON holds 64 bits for sure.
extension StudyID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let bits = UInt64(text, radix: 16) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is no study's number"))
        }
        self.init(bits)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// One try of a trial on one worker.
///
/// The attempt's number is a fencing token: it grows with every try, and only the newest one's messages count.
package struct AttemptID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var study: StudyID
    /// The trial's number within the study, from 0.
    package var trial: Int
    /// The try's number within the trial, from 1.
    package var attempt: Int

    package init(study: StudyID = .none, trial: Int, attempt: Int) {
        self.study = study
        self.trial = trial
        self.attempt = attempt
    }

    /// By study, then by trial, then by attempt.
    package static func < (one: AttemptID, other: AttemptID) -> Bool {
        (one.study, one.trial, one.attempt) < (other.study, other.trial, other.attempt)
    }

    package var description: String { "trial \(trial), attempt \(attempt)" }
}
