internal import CZlib

/// Decompresses .gz files.
///
/// Source: RFC 1952; a file may have several members, one after the other.
enum Gzip {
    /// Whether the bytes begin as a .gz does.
    static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The contents of all members.
    /// - Throws: where the file ends in the middle of a member, or where its bytes or checksums are wrong.
    static func decompress(_ bytes: [UInt8], path: String) throws(DatasetError) -> [UInt8] {
        var stream = z_stream()
        guard czlib_inflate_init_gzip(&stream) == Z_OK else {
            throw DatasetError(.corruptArchive(Z_MEM_ERROR), in: path, "no memory to decompress it")
        }
        defer { inflateEnd(&stream) }

        // A member's last four bytes are the size of its contents; where they are wrong, or where there are more
        // members, the room grows. Nothing shrinks to less than a 1032th (zlib's manual), and the room beyond the size
        // lets zlib come to the end at once.
        let promised = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let room = promised <= 1032 * bytes.count ? promised : 4 * bytes.count
        var contents = [UInt8](repeating: 0, count: max(room, 1 << 12) + 64)
        var filled = 0
        var consumed = 0
        var status = Z_OK
        while consumed < bytes.count || status != Z_STREAM_END {
            if filled == contents.count {
                contents.append(contentsOf: repeatElement(0, count: contents.count))
            }
            let (input, output) = inflateOnce(&stream, bytes[consumed...], &contents, from: filled, status: &status)
            consumed += input
            filled += output
            switch status {
            case Z_OK: continue
            case Z_STREAM_END where consumed < bytes.count: inflateReset(&stream)
            case Z_STREAM_END: break
            case Z_BUF_ERROR where consumed == bytes.count:
                throw DatasetError(.truncatedArchive, in: path, "the .gz file is cut off")
            default:
                let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"
                throw DatasetError(.corruptArchive(status), in: path, "the .gz file is damaged: \(reason)")
            }
        }
        contents.removeLast(contents.count - filled)
        return contents
    }

    /// Lets zlib work on as much as it takes at once, and returns how many bytes it took and gave.
    private static func inflateOnce(
        _ stream: inout z_stream, _ input: ArraySlice<UInt8>, _ output: inout [UInt8], from start: Int,
        status: inout Int32
    ) -> (input: Int, output: Int) {
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                let room = UInt32(clamping: output.count - start)
                let given = UInt32(clamping: input.count)
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = given
                stream.next_out = output.baseAddress.map { $0 + start }
                stream.avail_out = room
                status = inflate(&stream, Z_NO_FLUSH)
                return (Int(given - stream.avail_in), Int(room - stream.avail_out))
            }
        }
    }
}
