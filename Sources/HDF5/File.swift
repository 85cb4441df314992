internal import CHDF5
internal import Synchronization

/// An HDF5 file: one that is built in memory, or one that is read.
///
/// A file is never written through the library's own drivers, which neither survive a kill in mid-write nor flush to
/// disk: build it in memory, take its `image()`, and put the bytes on disk whole.
package final class File: Sendable {
    private let handle: Handle
    private let path: String

    private init(handle: Handle, path: String) {
        self.handle = handle
        self.path = path
    }

    /// A new, empty file in memory.
    ///
    /// Its format is that of HDF5 1.10, whose metadata carry checksums, and it holds no times, so that equal
    /// contents give equal bytes.
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
    /// - Throws: where the bytes are no HDF5 file, or not the whole of one.
    package static func open(image: [UInt8]) throws(HDF5Error) -> File {
        let name = freshName("image of \(image.count) bytes")
        let access = try memoryAccess(name)
        try Library.call("H5Pset_file_image", name) {
            // The library takes a copy and writes nothing into ours; its parameter is not const, that is all.
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

    /// The file's bytes as they would stand on disk.
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

    /// A name that no other open file has: the library would take two of one name for the same file.
    private static func freshName(_ kind: String) -> String {
        "\(kind), number \(filesMade.add(1, ordering: .relaxed).newValue)"
    }

    /// How much an in-memory file grows at a time, in bytes. Growing remaps pages, and copies nothing.
    private static let growth = 4 << 20

    private static let filesMade = Atomic<Int>(0)
}
