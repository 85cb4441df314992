import Foundation
import Testing

extension RunningWinnow {
    /// RLIMIT_FSIZE: writes fail with EFBIG, as they fail with ENOSPC on a full disk.
    ///
    /// - Parameter bytes: how long a file may become; nil for no limit.
    func limitFiles(to bytes: Int?) throws {
        let limit = Process()
        limit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let soft = bytes.map(String.init) ?? "unlimited"
        limit.arguments = ["prlimit", "--pid", String(pid), "--fsize=\(soft):unlimited"]
        try limit.run()
        limit.waitUntilExit()
        try #require(limit.terminationStatus == 0)
    }
}
