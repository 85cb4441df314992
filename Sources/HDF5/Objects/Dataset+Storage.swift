import CHDF5

/// How a dataset's numbers are stored.
extension Dataset {
    /// A filter that was applied to the numbers when they were written.
    package struct Filter: Sendable, Hashable {
        package let identifier: Int
        package let name: String
        /// Whether this library can undo it.
        package let isAvailable: Bool
    }

    /// The filters, in the order in which they were applied.
    package func filters() throws(HDF5Error) -> [Filter] {
        let creation = try creation()
        let count = try Library.call("H5Pget_nfilters", path) { H5Pget_nfilters(creation.id) }
        var filters: [Filter] = []
        for index in 0..<UInt32(count) {
            var flags: UInt32 = 0
            var settingCount = 0
            var name = [CChar](repeating: 0, count: 256)
            let identifier = try Library.call("H5Pget_filter2", path) {
                H5Pget_filter2(creation.id, index, &flags, &settingCount, nil, name.count, &name, nil)
            }
            let available = try Library.call("H5Zfilter_avail", path) { H5Zfilter_avail(identifier) }
            filters.append(Filter(identifier: Int(identifier), name: text(of: name), isAvailable: available > 0))
        }
        return filters
    }

    /// The external files that hold its numbers; empty if the HDF5 file itself holds them.
    package func externalFiles() throws(HDF5Error) -> [String] {
        let creation = try creation()
        let count = try Library.call("H5Pget_external_count", path) { H5Pget_external_count(creation.id) }
        var files: [String] = []
        for index in 0..<UInt32(count) {
            var name = [CChar](repeating: 0, count: 4096)
            try Library.call("H5Pget_external", path) {
                H5Pget_external(creation.id, index, name.count - 1, &name, nil, nil)
            }
            files.append(text(of: name))
        }
        return files
    }

    /// The source datasets of a virtual dataset; the file `.` is its own file. Empty if it is not virtual.
    package func virtualSources() throws(HDF5Error) -> [(file: String, dataset: String)] {
        let creation = try creation()
        let layout = try Library.call("H5Pget_layout", path) { H5Pget_layout(creation.id).rawValue }
        guard layout == H5D_VIRTUAL.rawValue else { return [] }
        var count = 0
        try Library.call("H5Pget_virtual_count", path) { H5Pget_virtual_count(creation.id, &count) }
        var sources: [(file: String, dataset: String)] = []
        for index in 0..<count {
            let file = try text("H5Pget_virtual_filename", path) {
                H5Pget_virtual_filename(creation.id, index, $0, $1)
            }
            let dataset = try text("H5Pget_virtual_dsetname", path) {
                H5Pget_virtual_dsetname(creation.id, index, $0, $1)
            }
            sources.append((file, dataset))
        }
        return sources
    }

    private func creation() throws(HDF5Error) -> Handle {
        try Library.make("H5Dget_create_plist", path) { H5Dget_create_plist(handle.id) }
    }
}

extension Object {
    /// The name of the file that holds it: not its group's file if an external link led to it.
    package var fileName: String {
        get throws(HDF5Error) {
            try text("H5Fget_name", path) { H5Fget_name(handle.id, $0, $1) }
        }
    }
}

extension Group {
    /// The other file that a link on the path `name` leads to; nil if all links stay in this file, or if there is no such
    /// object.
    package func externalFile(onTheWayTo name: String) throws(HDF5Error) -> String? {
        var prefix = ""
        for part in name.split(separator: "/") {
            prefix += part
            let path = path(of: prefix)
            guard try Library.call("H5Lexists", path, { H5Lexists(handle.id, prefix, chdf5_default()) }) > 0 else {
                return nil
            }
            if try Library.call("H5Lget_info", path, { chdf5_is_external_link(handle.id, prefix) }) > 0 {
                var file = [CChar](repeating: 0, count: 4096)
                try Library.call("H5Lget_val", path) { chdf5_external_file(handle.id, prefix, &file, file.count) }
                return text(of: file)
            }
            prefix += "/"
        }
        return nil
    }
}

/// A text whose length the library gives first.
private func text(
    _ operation: String, _ path: String, _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
) throws(HDF5Error) -> String {
    let length = try Library.call(operation, path) { get(nil, 0) }
    var characters = [CChar](repeating: 0, count: length + 1)
    try Library.call(operation, path) { get(&characters, characters.count) }
    return text(of: characters)
}

/// The text of a C string.
private func text(of characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
