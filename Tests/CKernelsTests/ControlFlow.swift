/// Which block of a function may follow which.
struct ControlFlow {
    var successors: [Int: [Int]] = [:]

    /// The loops that hold no other: strongly connected parts, of which the entry is taken out until nothing circular
    /// is left.
    var innermostLoops: [[Int]] {
        circularParts.flatMap { part -> [[Int]] in
            let members = Set(part)
            let entries = successors.filter { !members.contains($0.key) }.flatMap(\.value).filter(members.contains)
            let entry = entries.min() ?? part.min()
            let inside = ControlFlow(
                successors: successors.filter { members.contains($0.key) }
                    .mapValues { $0.filter { $0 != entry && members.contains($0) } })
            let inner = inside.innermostLoops
            return inner.isEmpty ? [part] : inner
        }
    }

    /// The strongly connected parts that hold a cycle.
    ///
    /// Source: Kosaraju's algorithm, without recursion.
    private var circularParts: [[Int]] {
        var predecessors: [Int: [Int]] = [:]
        for (block, next) in successors {
            for successor in next where successors[successor] != nil {
                predecessors[successor, default: []].append(block)
            }
        }
        let order = Self.walk(from: successors.keys.sorted(), along: successors).flatMap { $0 }
        return Self.walk(from: order.reversed(), along: predecessors).filter {
            $0.count > 1 || successors[$0[0], default: []].contains($0[0])
        }
    }

    /// For each root in turn, the blocks that are first reached from it, each after those reached through it.
    private static func walk(from roots: [Int], along edges: [Int: [Int]]) -> [[Int]] {
        let known = Set(roots)
        var seen: Set<Int> = []
        var walks: [[Int]] = []
        for root in roots where seen.insert(root).inserted {
            var finished: [Int] = []
            var path = [(block: root, next: 0)]
            while let (block, next) = path.last {
                let following = edges[block, default: []]
                guard next < following.count else {
                    finished.append(block)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let successor = following[next]
                if known.contains(successor), seen.insert(successor).inserted { path.append((successor, 0)) }
            }
            walks.append(finished)
        }
        return walks
    }
}
