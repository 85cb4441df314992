internal import Architecture
internal import Experiments
internal import Studies

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
    /// A PNG, JPEG, WebP or BMP, turned as its EXIF says.
    case picture
    /// A .npz, or its arrays x, behind a length of two bytes, and y: what stands behind the archive's checksums.
    case npz

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
        case .picture: try DatasetReading.picture(bytes, in: folder)
        case .npz: try DatasetReading.npz(bytes, in: folder)
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

/// An experiment file that is accepted says the same when it is read again with all that was filled in.
enum ExperimentReading {
    static func read(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let file = try? ExperimentFile(text: String(decoding: bytes, as: UTF8.self), name: "fuzzed.yaml") else {
            return
        }
        do {
            let resolved = file.resolvedYAML()
            let again = try ExperimentFile(text: resolved, name: "resolved.yaml")
            guard again.identity == file.identity, again.resolvedYAML() == resolved else {
                throw BrokenPromise("a resolved file does not resolve to itself")
            }
        } catch let error as BrokenPromise {
            throw error
        } catch {
            throw BrokenPromise("a resolved file is refused: \(error)")
        }
        // A program has no model.
        guard file.experiment.training != nil else { return }
        // Whether the model takes such samples is the file's business; that the check comes to an end is ours.
        _ = try? file.check(with: SampleFacts(shape: [3, 8, 8], classes: 10))
        _ = try? file.check(with: SampleFacts(shape: [13], classes: nil))
    }
}
