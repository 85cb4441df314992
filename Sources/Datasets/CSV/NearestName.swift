/// The name that `word` was probably meant to be, if one is near: at most a third of its letters differ.
func nearestName(to word: String, among names: [String]) -> String? {
    let word = Array(word.lowercased().unicodeScalars)
    let distances = names.map { name in
        (name: name, distance: editDistance(word, Array(name.lowercased().unicodeScalars)))
    }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return nearest.distance <= max(1, nearest.name.count / 3) ? nearest.name : nil
}

/// How many insertions, deletions and replacements lead from `a` to `b`.
///
/// Source: Wagner, Fischer, "The string-to-string correction problem", JACM 21(1), 1974.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1)))
        }
        last = row
    }
    return last[b.count]
}
