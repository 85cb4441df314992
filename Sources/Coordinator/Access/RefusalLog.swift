/// Lines about what was refused: so many a minute, and how many more there were. Who sends nonsense cannot fill a disk.
struct RefusalLog {
    /// Of each sort: messages without end must not hide who was sent away.
    static let linesPerMinute = 100

    enum Sort: Hashable, CaseIterable {
        case message
        case connection
    }

    private var minuteBegan: Duration = .zero
    private var lines: [Sort: Int] = [:]
    private var omitted = 0
    private var pending: [String] = []

    mutating func add(_ line: String, _ sort: Sort) {
        if lines[sort, default: 0] < Self.linesPerMinute {
            lines[sort, default: 0] += 1
            pending.append(line)
        } else {
            omitted += 1
        }
    }

    /// What is to be told now.
    mutating func take(at now: Duration) -> [String] {
        if now - minuteBegan >= .seconds(60) {
            minuteBegan = now
            lines = [:]
            if omitted > 0 {
                pending.append("\(omitted) more refusals in the last minute were not told one by one")
                omitted = 0
            }
        }
        defer { pending = [] }
        return pending
    }
}
