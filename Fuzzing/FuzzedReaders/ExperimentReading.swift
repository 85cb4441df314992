internal import Architecture
internal import Experiments
internal import Studies

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
        // Whether the model takes such samples is the file's business; that the check comes to an end is ours.
        _ = try? file.check(inputShape: [3, 8, 8], classes: 10)
        _ = try? file.check(inputShape: [13], classes: nil)
    }
}
