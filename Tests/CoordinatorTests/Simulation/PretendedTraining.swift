import Coordinator
import Experiments
import Studies
import Schema

/// A training that only pretends: each epoch turns a number into the next, so that a trial that goes on from the wrong
/// checkpoint, or misses an epoch, shows in every value after it.
struct PretendedTraining: Hashable {
    /// Its study's number and its own.
    let trial: TrialKey
    /// Whole epochs so far.
    private(set) var epoch = 0
    /// Whether the middle of the next epoch is passed.
    private(set) var isHalfWay = false
    private(set) var bestEpoch = 0
    private var state: UInt64

    init(_ trial: TrialKey) {
        self.trial = trial
        state = PretendedTraining.mix(trial.study.bits << 20 &+ UInt64(trial.trial) &+ 1)
    }

    /// After so many epochs, undisturbed.
    init(_ trial: TrialKey, epochs: Int) {
        self.init(trial)
        for _ in 0..<epochs { finishEpoch() }
    }

    var loss: Double { PretendedTraining.loss(state) }

    mutating func reachMiddle() { isHalfWay = true }

    mutating func finishEpoch() {
        let best = bestEpoch == 0 ? .infinity : PretendedTraining(trial, epochs: bestEpoch).loss
        epoch += 1
        isHalfWay = false
        state = PretendedTraining.mix(state)
        if loss < best { bestEpoch = epoch }
    }

    private static func loss(_ state: UInt64) -> Double { Double(state >> 40) }

    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    // MARK: Checkpoints

    /// What a checkpoint says, found again in its bytes.
    struct Content: Hashable {
        var trial: TrialKey
        /// The attempt that wrote it.
        var attempt: Int
        var epoch: Int
        var isHalfWay: Bool
        var bestEpoch: Int
        var state: UInt64

        /// Nil where the bytes are no checkpoint of these trainings.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= 48 else { return nil }
            let words = (0..<6).map { word in
                (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[word * 8 + $1]) << UInt64($1 * 8) }
            }
            guard words[0] < 1 << 32, words[1] < 1 << 32, words[2] < 1 << 32, words[4] < 1 << 32 else { return nil }
            trial = TrialKey(StudyID(words[0] >> 20), Int(words[0] & 0xFFFFF))
            (attempt, epoch) = (Int(words[1]), Int(words[2]))
            (isHalfWay, bestEpoch, state) = (words[3] != 0, Int(words[4]), words[5])
        }
    }

    /// - Parameter size: of its bytes, most of which say nothing.
    func checkpoint(_ kind: StoredFile.Kind, by attempt: Int, size: Int) -> (file: StoredFile, bytes: [UInt8]) {
        // A best one holds the weights of its epoch, whenever it is written.
        let told = kind == .best ? PretendedTraining(trial, epochs: bestEpoch) : self
        let words = [
            trial.study.bits << 20 | UInt64(trial.trial), UInt64(attempt), UInt64(told.epoch), told.isHalfWay ? 1 : 0,
            UInt64(told.bestEpoch),
            told.state,
        ]
        var bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
        bytes += Array(repeating: kind == .best ? 1 : 2, count: max(0, size - bytes.count))
        let file = StoredFile(
            kind: kind, epoch: told.epoch, size: bytes.count, sha256: PretendedTraining.digest(bytes),
            bestEpoch: kind == .last && bestEpoch > 0 ? bestEpoch : nil)
        return (file, bytes)
    }

    /// Goes on from a `last`.
    init(_ content: Content) {
        trial = content.trial
        epoch = content.epoch
        isHalfWay = content.isHalfWay
        bestEpoch = content.bestEpoch
        state = content.state
    }

    /// Stands for SHA-256: FNV-1a, as long and as hexadecimal; the padding counts by its length and its ends.
    static func digest(_ bytes: [UInt8]) -> String {
        var hash = (UInt64(0xcbf2_9ce4_8422_2325) ^ UInt64(bytes.count)) &* 0x100_0000_01b3
        for byte in bytes.prefix(64) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in bytes.suffix(64) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let text = String(hash, radix: 16)
        return String(repeating: String(repeating: "0", count: 16 - text.count) + text, count: 4)
    }
}
