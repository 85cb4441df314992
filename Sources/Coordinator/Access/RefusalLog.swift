/// Lines about what was refused: so many a minute, and how many more there were. Who sends nonsense cannot fill a disk.
struct RefusalLog {
    static let linesPerMinute = 30

    private var minuteBegan: Duration = .zero
    private var lines = 0
    private var omitted = 0
    private var pending: [String] = []

    mutating func add(_ line: String) {
        if lines < Self.linesPerMinute {
            lines += 1
            pending.append(line)
        } else {
            omitted += 1
        }
    }

    /// What is to be told now.
    mutating func take(at now: Duration) -> [String] {
        if now - minuteBegan >= .seconds(60) {
            minuteBegan = now
            lines = 0
            if omitted > 0 {
                pending.append("\(omitted) more refusals in the last minute were not told one by one")
                omitted = 0
            }
        }
        defer { pending = [] }
        return pending
    }
}
