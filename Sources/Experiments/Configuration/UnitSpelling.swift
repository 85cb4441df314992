/// A number of bytes as people write it: `20GB`, `512MiB`.
package struct ByteCountSpelling {
    private static let units: [(name: String, size: Int)] = [
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000),
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
        // As Slurm, Docker and systemd read them.
        ("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
    ]

    package let bytes: Int

    package init(_ bytes: Int) {
        self.bytes = bytes
    }

    /// Reads a whole number and a unit: `B`, `kB`, `MB`, `GB` or `TB` (powers of ten), `KiB`, `MiB`, `GiB` or `TiB`
    /// (powers of two), for which `K`, `M`, `G` and `T` stand as well.
    ///
    /// - Returns: nil for anything else, and for what is more than an Int holds.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), let unit = Self.units.first(where: { $0.name == text[digits.endIndex...] })
        else {
            return nil
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.size)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    /// In the largest unit that needs no fraction.
    package var text: String {
        let unit = Self.units.first { bytes >= $0.size && bytes % $0.size == 0 } ?? ("B", 1)
        return "\(bytes / unit.size)\(unit.name)"
    }
}

extension Duration {
    /// Reads `500ms`, `30s`, `5m` or `2h`: a whole number and a unit.
    ///
    /// - Returns: nil for anything else, and for what is too long for a century.
    package init?(spelling: String) {
        let digits = spelling.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count <= 3_600_000_000 else { return nil }
        switch spelling[digits.endIndex...] {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "m": self = .seconds(60 * count)
        case "h": self = .seconds(3600 * count)
        default: return nil
        }
    }

    /// In the largest unit that needs no fraction: `30s`, `5m`; below a millisecond it is cut off.
    package var spelling: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds != 0 { return "\(seconds * 1000 + milliseconds)ms" }
        if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds != 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}
