import CHDF5

/// The decoder of LZF, the compression of h5py's `compression="lzf"`; libhdf5 itself has none.
///
/// A control byte n below 32 is followed by n + 1 literals. In any other, the upper three bits are a length (7: the next
/// byte is added), and the lower five bits with the byte that follows are a distance; length + 2 bytes are copied from
/// distance + 1 bytes back.
///
/// Source: M. Lehmann, liblzf 3.6, `lzf_d.c`; A. Collette, h5py's `lzf_filter.c`, filter 32000.
enum LZF {
    static let identifier: Int32 = 32000

    /// Registers the decoder with the library, once.
    static func register() { _ = registered }

    private static let registered: Bool = Library.locked {
        let name: StaticString = "lzf"
        var filter = H5Z_class2_t()
        filter.version = 1
        filter.id = identifier
        filter.encoder_present = 0
        filter.decoder_present = 1
        filter.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        filter.filter = decode
        return H5Zregister(&filter) >= 0
    }

    /// Decodes one chunk.
    /// - Returns: the count of bytes; nil if the input is not LZF, or if its contents exceed `output`.
    static func decoded(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        var from = 0
        var to = 0
        while from < input.count {
            let control = Int(input[from])
            from += 1
            if control < 32 {
                let count = control + 1
                guard from + count <= input.count, to + count <= output.count else { return nil }
                for index in 0..<count { output[to + index] = input[from + index] }
                from += count
                to += count
            } else {
                var count = control >> 5
                if count == 7 {
                    guard from < input.count else { return nil }
                    count += Int(input[from])
                    from += 1
                }
                guard from < input.count else { return nil }
                let start = to - (control & 31) << 8 - Int(input[from]) - 1
                from += 1
                count += 2
                guard start >= 0, to + count <= output.count else { return nil }
                // One by one: the source may overlap the destination.
                for index in 0..<count { output[to + index] = output[start + index] }
                to += count
            }
        }
        return to
    }
}

/// Three bytes become 264 at most.
private let largestRatio = 88

/// The filter's callback: decodes `buffer` and replaces it.
/// - Returns: the count of decoded bytes; 0 is a failure.
private let decode: H5Z_func_t = { flags, settingCount, settings, count, size, buffer in
    guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let size, let buffer, let input = buffer.pointee else { return 0 }
    // h5py stores the chunk's size as the third setting.
    var room = largestRatio * count + 264
    if settingCount >= 3, let settings, settings[2] > 0 { room = min(room, Int(settings[2])) }
    guard let output = H5allocate_memory(room, false) else { return 0 }
    let decoded = LZF.decoded(
        UnsafeRawBufferPointer(start: input, count: count),
        into: UnsafeMutableRawBufferPointer(start: output, count: room))
    guard let decoded, decoded > 0 else {
        H5free_memory(output)
        return 0
    }
    H5free_memory(input)
    buffer.pointee = output
    size.pointee = room
    return decoded
}
