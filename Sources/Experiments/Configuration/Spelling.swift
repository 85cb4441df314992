/// Finds what a misspelled word was meant to be.
package enum Spelling {
    /// The candidate nearest to `word`, if it is near enough to be meant: it begins with the word, or at most a third
    /// of it is different.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = word.lowercased()
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(word, candidate)
            let isNear = distance <= max(1, candidate.count / 3) || (word.count >= 3 && candidate.hasPrefix(word))
            if isNear, distance < candidate.count, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lead from `a` to `b`.
    ///
    /// Source: the optimal string alignment distance, Damerau, CACM 7(3), 1964.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.unicodeScalars)
        let b = Array(b.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
