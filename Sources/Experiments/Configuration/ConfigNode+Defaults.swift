extension ConfigNode {
    /// A resolved configuration without the defaults that searched values change: those of another optimizer, or a
    /// stride that follows its kernel. Whoever reads it fills them in for each trial, as the file as written does.
    ///
    /// - Parameters:
    ///   - written: what the file itself says here; nil where all are defaults.
    ///   - others: the same place with each searched value tried.
    ///   - isKept: whether a default stays though others differ: one that every trial sets anew.
    func keepingSettledDefaults(
        written: ConfigNode?, others: [ConfigNode?], path: ConfigPath = ConfigPath([]),
        isKept: (ConfigPath) -> Bool
    ) -> ConfigNode {
        let written = written.map { ShortForms.spelledOut($0, at: path)?.node ?? $0 }
        switch (content, written?.content) {
        case (.mapping, .scalar) where written?.isNull == false:
            // Short for a mapping.
            return others.allSatisfy { $0 == self } ? self : written ?? self
        case (.mapping(let entries), _):
            let kept = entries.compactMap { entry -> Entry? in
                var entry = entry
                let given = written?.child(entry.key)
                let inner = others.map { $0?.child(entry.key) }
                let path = path.appending(entry.key)
                if given == nil {
                    guard !isKept(path) else { return entry }
                    guard inner.allSatisfy({ $0 != nil }) else { return nil }
                    guard case .mapping = entry.value.content else {
                        return inner.allSatisfy { $0 == entry.value } ? entry : nil
                    }
                }
                entry.value = entry.value.keepingSettledDefaults(
                    written: given, others: inner, path: path, isKept: isKept)
                return entry
            }
            return ConfigNode(.mapping(kept), place: place)
        case (.list(let elements), .list(let writtenElements)) where elements.count == writtenElements.count:
            return ConfigNode(
                .list(
                    elements.indices.map { index in
                        elements[index].keepingSettledDefaults(
                            written: writtenElements[index], others: others.map { $0?.child(String(index)) },
                            path: path.appending(String(index)), isKept: isKept)
                    }), place: place)
        default:
            return self
        }
    }
}
