internal import CHDF5

/// The owner of one identifier of the library: a file, a group, a dataset, a type, a dataspace or a property list.
///
/// The identifier is given back when the handle goes away. What it stands for lives on in the library as long as
/// another identifier needs it; a file, for one, is closed with the last object that is open in it.
package final class Handle: Sendable {
    let id: hid_t

    init(owning id: hid_t) {
        self.id = id
    }

    deinit {
        // Nobody is left to be told; what must be known to be whole is taken by `File.image()`, which throws.
        _ = try? Library.call("H5Idec_ref", "") { H5Idec_ref(id) }
    }
}
