import CHDF5
import Synchronization

/// An HDF5 file that is built in memory, or one that is read.
///
/// The library's own drivers neither survive a kill in mid-write nor flush to disk, so files are not written through
/// them: build the file in memory, take its `image()`, and write the bytes to disk as a whole.
package final class File: Sendable {
    private let handle: Handle
    private let path: String

    private init(handle: Handle, path: String) {
        self.handle = handle
        self.path = path
    }

    /// A new, empty file in memory.
    ///
    /// Its format is that of HDF5 1.10, whose metadata have checksums. It holds no times, so equal contents give equal
    /// bytes.
    package static func createInMemory() throws(HDF5Error) -> File {
        let name = freshName("file in memory")
        let access = try memoryAccess(name)
        try Library.call("H5Pset_libver_bounds", name) {
            H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
        }
        let creation = try Library.make("H5Pcreate", name) { H5Pcreate(chdf5_file_create_class()) }
        try Library.call("H5Pset_obj_track_times", name) { H5Pset_obj_track_times(creation.id, false) }
        let handle = try Library.make("H5Fcreate", name) {
            H5Fcreate(name, chdf5_truncate(), creation.id, access.id)
        }
        return File(handle: handle, path: name)
    }

    /// A file whose bytes are in memory, to be read.
    /// - Throws: if the bytes are not a whole HDF5 file.
    package static func open(image: [UInt8]) throws(HDF5Error) -> File {
        let name = freshName("image of \(image.count) bytes")
        let access = try memoryAccess(name)
        try Library.call("H5Pset_file_image", name) {
            // The library copies the bytes and writes nothing to them; its parameter lacks `const`.
            image.withUnsafeBytes {
                H5Pset_file_image(access.id, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
            }
        }
        let handle = try Library.make("H5Fopen", name) { H5Fopen(name, chdf5_read_only(), access.id) }
        return File(handle: handle, path: name)
    }

    /// A file on disk, to be read.
    package static func open(at path: String) throws(HDF5Error) -> File {
        LZF.register()
        let handle = try Library.make("H5Fopen", path) { H5Fopen(path, chdf5_read_only(), chdf5_default()) }
        return File(handle: handle, path: path)
    }

    /// The file's bytes, as on disk.
    package func image() throws(HDF5Error) -> [UInt8] {
        try Library.call("H5Fflush", path) { H5Fflush(handle.id, H5F_SCOPE_GLOBAL) }
        let count = try Library.call("H5Fget_file_image", path) { H5Fget_file_image(handle.id, nil, 0) }
        var image: [UInt8] = []
        try Library.call("H5Fget_file_image", path) {
            var written = -1
            image = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                written = H5Fget_file_image(handle.id, buffer.baseAddress, buffer.count)
                initialized = max(written, 0)
            }
            return written
        }
        Superblock.repairChecksum(of: &image)
        return image
    }

    package var root: Group { Group(handle: handle, path: "/") }

    /// Access through the driver that keeps a file in memory and never stores it.
    private static func memoryAccess(_ path: String) throws(HDF5Error) -> Handle {
        let access = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_file_access_class()) }
        try Library.call("H5Pset_fapl_core", path) { H5Pset_fapl_core(access.id, growth, false) }
        return access
    }

    /// A name that no other open file has: the library takes files of one name for the same file.
    private static func freshName(_ kind: String) -> String {
        "\(kind), number \(filesMade.add(1, ordering: .relaxed).newValue)"
    }

    /// The step by which an in-memory file grows, in bytes. Growing remaps pages without copying.
    private static let growth = 4 << 20

    private static let filesMade = Atomic<Int>(0)
}

/// The first bytes of a file, in version 2 or 3: signature, sizes, flags, four addresses and a checksum.
///
/// `H5Fget_file_image` clears the flag "is being written" in the copy that it returns. Before HDF5 2.0 it does not update
/// the checksum, so no reader opens the copy (HDFGroup/hdf5 issue 1915). Recomputing the checksum is right with every
/// version.
///
/// Source: "HDF5 File Format Specification Version 3.0", II.A, The HDF Group.
enum Superblock {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    /// Signature (8), version, size of offsets, size of lengths, flags (1 each), four addresses of 8 bytes.
    private static let checkedBytes = 44

    /// Recomputes the checksum of a file's superblock, if its version has one.
    static func repairChecksum(of image: inout [UInt8]) {
        guard image.count >= checkedBytes + 4, image.starts(with: signature), image[8] >= 2, image[9] == 8 else {
            return
        }
        let words = stride(from: 0, to: checkedBytes, by: 4).map { start in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(image[start + $1]) << (8 * UInt32($1)) }
        }
        let sum = lookup3(words)
        for byte in 0..<4 { image[checkedBytes + byte] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(byte))) }
    }

    /// The hash that HDF5 uses as the checksum of its metadata, here for whole words.
    ///
    /// Source: Jenkins, "lookup3.c", `hashlittle` with an initial value of 0, 2006.
    private static func lookup3(_ words: [UInt32]) -> UInt32 {
        func rotated(_ word: UInt32, _ distance: UInt32) -> UInt32 { word << distance | word >> (32 - distance) }
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
