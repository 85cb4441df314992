/// Elements in ascending order, with the rank of each: insertion, removal and rank take the square root of their number.
struct RankedList<Element: Comparable & Sendable>: Sendable {
    /// A chunk is split when it has twice as many.
    private static var chunkSize: Int { 256 }

    /// None is empty.
    private var chunks: [[Element]] = []
    private(set) var count = 0

    init() {}

    var first: Element? { chunks.first?.first }
    var isEmpty: Bool { chunks.isEmpty }

    mutating func insert(_ element: Element) {
        count += 1
        guard !chunks.isEmpty else {
            chunks.append([element])
            return
        }
        let chunk = min(Self.partition(chunks) { $0.last! < element }, chunks.count - 1)
        chunks[chunk].insert(element, at: Self.partition(chunks[chunk]) { $0 < element })
        guard chunks[chunk].count > 2 * Self.chunkSize else { return }
        let half = Array(chunks[chunk][Self.chunkSize...])
        chunks[chunk].removeSubrange(Self.chunkSize...)
        chunks.insert(half, at: chunk + 1)
    }

    /// - Returns: whether it was there.
    @discardableResult
    mutating func remove(_ element: Element) -> Bool {
        let chunk = Self.partition(chunks) { $0.last! < element }
        guard chunk < chunks.count else { return false }
        let place = Self.partition(chunks[chunk]) { $0 < element }
        guard chunks[chunk][place] == element else { return false }
        chunks[chunk].remove(at: place)
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
        count -= 1
        return true
    }

    /// How many elements come before it.
    func rank(of element: Element) -> Int {
        let chunk = Self.partition(chunks) { $0.last! < element }
        let before = chunks[..<chunk].reduce(0) { $0 + $1.count }
        return chunk < chunks.count ? before + Self.partition(chunks[chunk]) { $0 < element } : before
    }

    /// The element at a rank.
    subscript(rank: Int) -> Element {
        var rest = rank
        for chunk in chunks {
            if rest < chunk.count { return chunk[rest] }
            rest -= chunk.count
        }
        preconditionFailure("there is no element at \(rank)")
    }

    /// How many of the elements, which do so before the others, meet the condition.
    private static func partition<Part>(_ parts: [Part], _ meets: (Part) -> Bool) -> Int {
        var range = 0..<parts.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = meets(parts[middle]) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
