import Foundation
import TestSupport

/// Workers that, once they have reported an epoch, train almost not at all until the test says so: what it does in the
/// middle of a trial meets one there, however fast the machine is, and however late the test gets its turn.
///
/// Orders are heeded and heartbeats sent as ever. See `slow_motion.c`.
struct SlowMotion {
    private static let library = Result { try PreloadedLibrary("Tests/EndToEndTests/Harness/slow_motion.c") }
    private let folder: TemporaryDirectory

    /// What workers are started with, or who starts them.
    let environment: [String: String]

    init() throws {
        folder = try TemporaryDirectory()
        environment = [
            "LD_PRELOAD": try Self.library.get().path, "WINNOW_SLOW_MOTION": try folder.write("", to: "slow"),
        ]
    }

    /// From now on they train as fast as they can.
    func end() {
        try? FileManager.default.removeItem(atPath: folder.file("slow"))
    }
}
