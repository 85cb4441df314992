import CPosix

/// How many processors this process may keep busy: what `winnow run` starts workers for when nobody says how many.
package enum ProcessorAllowance {
    /// The processors of the affinity mask, which cpusets narrow as well, or fewer where a control group has a quota. A
    /// quota is rounded up: a share of a processor is worth a worker.
    package static var count: Int {
        count(affinity: Int(winnow_allowed_processors()), quota: ControlGroups().quota)
    }

    /// - Parameters:
    ///   - affinity: processors of the mask.
    ///   - quota: processors' worth of time; nil without a limit.
    /// - Returns: at least 1.
    package static func count(affinity: Int, quota: Double?) -> Int {
        max(1, min(affinity, quota.map { Int(min($0, 1e6).rounded(.up)) } ?? affinity))
    }
}
