internal import Synchronization

/// The names of metrics, each kept once: every epoch result has the same few, and those of more than 15 bytes would take
/// memory of their own in each.
///
/// Bounded, since a worker may send any names; those beyond are kept where they are used.
enum NameTable {
    private static let slots = 1_024
    private static let table = Mutex([String](repeating: "", count: slots))

    static func name(_ bytes: Span<UInt8>) -> String {
        guard bytes.count > 15, bytes.count <= 64 else { return text(bytes) }
        // FNV-1a; http://www.isthe.com/chongo/tech/comp/fnv/
        var hash: UInt32 = 2_166_136_261
        for index in bytes.indices { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
        let slot = Int(hash ^ hash >> 16) & (slots - 1)
        return table.withLock { table in
            if matches(table[slot], bytes) { return table[slot] }
            let name = text(bytes)
            // The first to come stays.
            if table[slot].isEmpty { table[slot] = name }
            return name
        }
    }

    private static func matches(_ name: String, _ bytes: Span<UInt8>) -> Bool {
        let utf8 = name.utf8
        guard utf8.count == bytes.count else { return false }
        return utf8.withContiguousStorageIfAvailable { known in
            for index in bytes.indices where known[index] != bytes[index] { return false }
            return true
        } ?? false
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
