import Foundation

/// Who this process is, by other means than those under test.
enum ProcessIdentity {
    static var pid: Int32 { ProcessInfo.processInfo.processIdentifier }
    static var host: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }
}
