/// A reader of bytes that others wrote, as a fuzzer feeds it.
///
/// A reader may refuse what it is given, with its own typed error; it must not trap, hang or take memory out of all
/// proportion. Where it accepts, what it promises is checked.
package enum FuzzedReader: String, CaseIterable, Sendable {
    /// Headers of messages, from workers and from coordinators.
    case wire
    /// A journal of one segment, as bytes.
    case journal
    /// A journal's records, each behind its length of two bytes: what stands behind the checksums, which no fuzzer guesses.
    case records
    case experiment
    /// The images, behind a length of two bytes, and the labels.
    case idx
    case cifar
    case csv

    /// Lets the reader read.
    ///
    /// - Parameter folder: an empty folder of the caller's, for readers of files; it is written into again and again.
    /// - Throws: ``BrokenPromise`` where the reader accepted the bytes and broke its word.
    package func read(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        switch self {
        case .wire: try WireReading.read(bytes)
        case .journal: try JournalReading.read(bytes, in: folder)
        case .records: try RecordReading.read(bytes)
        case .experiment: try ExperimentReading.read(bytes)
        case .idx: try DatasetReading.idx(bytes, in: folder)
        case .cifar: try DatasetReading.cifar(bytes, in: folder)
        case .csv: try DatasetReading.csv(bytes, in: folder)
        }
    }
}

/// A reader accepted what it could not handle.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
