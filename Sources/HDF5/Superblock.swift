/// The first bytes of a file, in version 2 or 3: signature, sizes, flags, four addresses and a checksum.
///
/// `H5Fget_file_image` clears the flag "is being written" in the copy that it hands out, but before HDF5 2.0 it leaves
/// the checksum as it was, so that no reader opens the copy (HDFGroup/hdf5 issue 1915). Making the checksum anew is
/// right with every version.
///
/// Source: "HDF5 File Format Specification Version 3.0", II.A, The HDF Group.
enum Superblock {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    /// Signature (8), version, size of offsets, size of lengths, flags (1 each), four addresses of 8 bytes.
    private static let checkedBytes = 44

    /// Puts the right checksum into a file's superblock, if it is one that has a checksum.
    static func repairChecksum(of image: inout [UInt8]) {
        guard image.count >= checkedBytes + 4, image.starts(with: signature), image[8] >= 2, image[9] == 8 else {
            return
        }
        let words = stride(from: 0, to: checkedBytes, by: 4).map { start in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(image[start + $1]) << (8 * UInt32($1)) }
        }
        let sum = lookup3(words)
        for byte in 0..<4 {
            image[checkedBytes + byte] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(byte)))
        }
    }

    /// The hash that HDF5 uses as the checksum of its metadata, here for whole words.
    ///
    /// Source: Jenkins, "lookup3.c", `hashlittle` with an initial value of 0, 2006.
    private static func lookup3(_ words: [UInt32]) -> UInt32 {
        func rotated(_ word: UInt32, _ distance: UInt32) -> UInt32 {
            word << distance | word >> (32 - distance)
        }
        var a = 0xDEAD_BEEF &+ UInt32(4 * words.count)
        var b = a
        var c = a
        var rest = words[...]
        while rest.count > 3 {
            a &+= rest.removeFirst()
            b &+= rest.removeFirst()
            c &+= rest.removeFirst()
            a = (a &- c) ^ rotated(c, 4)
            c &+= b
            b = (b &- a) ^ rotated(a, 6)
            a &+= c
            c = (c &- b) ^ rotated(b, 8)
            b &+= a
            a = (a &- c) ^ rotated(c, 16)
            c &+= b
            b = (b &- a) ^ rotated(a, 19)
            a &+= c
            c = (c &- b) ^ rotated(b, 4)
            b &+= a
        }
        a &+= rest.popFirst() ?? 0
        b &+= rest.popFirst() ?? 0
        c &+= rest.popFirst() ?? 0
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        c = (c ^ b) &- rotated(b, 24)
        return c
    }
}
