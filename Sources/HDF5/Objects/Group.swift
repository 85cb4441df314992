import CHDF5

/// A group: named datasets and further groups, with attributes.
///
/// Names may be paths (`a/b`) through groups that exist.
package final class Group: Object {
    package let handle: Handle
    package let path: String

    init(handle: Handle, path: String) {
        self.handle = handle
        self.path = path
    }

    /// Creates a group.
    /// - Throws: if the name is taken.
    package func create(group name: String) throws(HDF5Error) -> Group {
        let path = path(of: name)
        let links = try linkCreation(path)
        let creation = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_group_create_class()) }
        try Library.call("H5Pset_obj_track_times", path) { H5Pset_obj_track_times(creation.id, false) }
        return Group(
            handle: try Library.make("H5Gcreate", path) { chdf5_create_group(handle.id, name, links.id, creation.id) },
            path: path)
    }

    /// The group of that name.
    /// - Throws: if there is none, or if it is a dataset.
    package func group(_ name: String) throws(HDF5Error) -> Group {
        let path = path(of: name)
        return Group(handle: try Library.make("H5Gopen", path) { chdf5_open_group(handle.id, name) }, path: path)
    }

    /// The dataset of that name.
    /// - Throws: if there is none, or if it is a group.
    package func dataset(_ name: String) throws(HDF5Error) -> Dataset {
        let path = path(of: name)
        return Dataset(handle: try Library.make("H5Dopen", path) { chdf5_open_dataset(handle.id, name) }, path: path)
    }

    /// Whether there is a group or a dataset of that name.
    package func contains(_ name: String) throws(HDF5Error) -> Bool {
        // The library checks the last name of a path only; a missing name before it is an error.
        var prefix = name.hasPrefix("/") ? "/" : ""
        for part in name.split(separator: "/") {
            prefix += part
            let answer = try Library.call("H5Lexists", path(of: prefix)) {
                H5Lexists(handle.id, prefix, chdf5_default())
            }
            guard answer > 0 else { return false }
            prefix += "/"
        }
        return true
    }

    /// The names of all groups and datasets directly in this group, sorted by their bytes.
    package func names() throws(HDF5Error) -> [String] {
        var names: [String] = []
        try Library.call("H5Literate", path) {
            withUnsafeMutablePointer(to: &names) { names in
                chdf5_each_link(handle.id, appendName, names)
            }
        }
        return names
    }

    func path(of name: String) -> String {
        if name.hasPrefix("/") { return name }
        return path == "/" ? "/" + name : path + "/" + name
    }

    /// Links have UTF-8 names.
    func linkCreation(_ path: String) throws(HDF5Error) -> Handle {
        let links = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_link_create_class()) }
        try Library.call("H5Pset_char_encoding", path) { H5Pset_char_encoding(links.id, H5T_CSET_UTF8) }
        return links
    }
}

/// Adds the C string to the array of strings that `names` points to.
private func appendName(_ name: UnsafePointer<CChar>?, _ names: UnsafeMutableRawPointer?) {
    guard let name, let names else { return }
    names.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
}
