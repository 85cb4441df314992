/// Lines about what was refused: each once a minute, and so many different ones. Who sends nonsense cannot fill a disk,
/// nor hide others behind it.
package struct RefusalLog {
    /// Of each sort.
    package static let linesPerMinute = 100

    package enum Sort: Hashable {
        case message
        case connection
    }

    private var minuteBegan: Duration = .zero
    private var told: [Sort: Set<String>] = [:]
    private var omitted = 0
    private var pending: [String] = []

    package init() {}

    package mutating func add(_ line: String, _ sort: Sort) {
        let known = told[sort, default: []]
        if known.count < Self.linesPerMinute, !known.contains(line) {
            told[sort, default: []].insert(line)
            pending.append(line)
        } else {
            omitted += 1
        }
    }

    /// What is to be told now.
    package mutating func take(at now: Duration) -> [String] {
        if now - minuteBegan >= .seconds(60) {
            minuteBegan = now
            told = [:]
            if omitted > 0 {
                pending.append("\(omitted) more refusals in the last minute were not told one by one")
                omitted = 0
            }
        }
        defer { pending = [] }
        return pending
    }
}
