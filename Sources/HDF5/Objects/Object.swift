import CHDF5

/// A group or a dataset, which has a path and attributes.
package protocol Object: Sendable {
    var handle: Handle { get }
    /// Its path from the root of its file: `/trials/best_value`.
    var path: String { get }
}

extension Object {
    /// Sets an attribute to a text, in fixed-length UTF-8. An attribute of that name is replaced.
    package func setAttribute(_ name: String, _ value: String) throws(HDF5Error) {
        let block = TextBlock([value])
        let type = try StoredType.text(width: block.width, attributePath(name))
        try setAttribute(name, block.bytes, type: type.handle.id, shape: [])
    }

    /// Sets an attribute to a number. An attribute of that name is replaced.
    package func setAttribute<T: Element>(_ name: String, _ value: T) throws(HDF5Error) {
        try setAttribute(name, [value], type: T.kind.type, shape: [])
    }

    /// Sets an attribute to a list of numbers. An attribute of that name is replaced.
    package func setAttribute<T: Element>(_ name: String, _ values: [T]) throws(HDF5Error) {
        try setAttribute(name, values, type: T.kind.type, shape: [values.count])
    }

    /// The attribute's text.
    /// - Throws: if there is none of that name, or if it is not fixed-length text.
    package func attribute(_ name: String, as _: String.Type) throws(HDF5Error) -> String {
        let attribute = try openAttribute(name)
        try attribute.type.checkIsText(attribute.path)
        try attribute.checkIsSingle()
        var block = TextBlock(width: attribute.type.size, count: 1)
        try Library.call("H5Aread", attribute.path) {
            H5Aread(attribute.handle.id, attribute.type.handle.id, &block.bytes)
        }
        return block.strings[0]
    }

    /// The attribute's number.
    /// - Throws: if there is none of that name, or if it is not one number of type `T`.
    package func attribute<T: Element>(_ name: String, as _: T.Type) throws(HDF5Error) -> T {
        let attribute = try openAttribute(name)
        try attribute.checkIsSingle()
        return try attribute.read(as: T.self)[0]
    }

    /// The attribute's list of numbers; a single one is a list of one.
    /// - Throws: if there is none of that name, or if it does not hold numbers of type `T`.
    package func attribute<T: Element>(_ name: String, as _: [T].Type) throws(HDF5Error) -> [T] {
        try openAttribute(name).read(as: T.self)
    }

    /// Sets an attribute to a list of texts, in fixed-length UTF-8. An attribute of that name is replaced.
    package func setAttribute(_ name: String, _ values: [String]) throws(HDF5Error) {
        let block = TextBlock(values)
        let type = try StoredType.text(width: block.width, attributePath(name))
        try setAttribute(name, block.bytes, type: type.handle.id, shape: [values.count])
    }

    /// The attribute's list of texts, of fixed or of variable length; a single one is a list of one.
    /// - Throws: if there is none of that name, or if it holds no text.
    package func attribute(_ name: String, as _: [String].Type) throws(HDF5Error) -> [String] {
        let attribute = try openAttribute(name)
        return try attribute.type.isVariableText ? attribute.readVariableText() : attribute.readText()
    }

    package func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
        try Library.call("H5Aexists", attributePath(name)) { H5Aexists(handle.id, name) } > 0
    }

    private func setAttribute<T: BitwiseCopyable>(
        _ name: String, _ values: [T], type: hid_t, shape: [Int]
    ) throws(HDF5Error) {
        let path = attributePath(name)
        if try hasAttribute(name) { try Library.call("H5Adelete", path) { H5Adelete(handle.id, name) } }
        let space = try Dataspace.make(shape: shape, path)
        let attribute = try Library.make("H5Acreate", path) {
            chdf5_create_attribute(handle.id, name, type, space.id)
        }
        if !values.isEmpty { try Library.call("H5Awrite", path) { H5Awrite(attribute.id, type, values) } }
    }

    private func openAttribute(_ name: String) throws(HDF5Error) -> OpenAttribute {
        let path = attributePath(name)
        return try OpenAttribute(
            handle: Library.make("H5Aopen", path) { H5Aopen(handle.id, name, chdf5_default()) }, path: path)
    }

    private func attributePath(_ name: String) -> String { "\(path)@\(name)" }
}

/// An attribute opened for reading.
private struct OpenAttribute {
    let handle: Handle
    let type: StoredType
    let shape: [Int]
    let path: String

    init(handle: Handle, path: String) throws(HDF5Error) {
        self.handle = handle
        self.path = path
        type = try StoredType(Library.make("H5Aget_type", path) { H5Aget_type(handle.id) }, path)
        let space = try Library.make("H5Aget_space", path) { H5Aget_space(handle.id) }
        shape = try Dataspace.shape(of: space, path)
    }

    func checkIsSingle() throws(HDF5Error) {
        guard shape.reduce(1, *) == 1 else {
            throw HDF5Error(.wrongType, operation: "read as one value", path: path, message: "holds a list of \(shape)")
        }
    }

    /// Texts of fixed length.
    func readText() throws(HDF5Error) -> [String] {
        try type.checkIsText(path)
        var block = TextBlock(width: type.size, count: shape.reduce(1, *))
        if !block.bytes.isEmpty {
            try Library.call("H5Aread", path) { H5Aread(handle.id, type.handle.id, &block.bytes) }
        }
        return block.strings
    }

    /// Texts of variable length, as h5py writes Python's.
    func readVariableText() throws(HDF5Error) -> [String] {
        let memory = try Library.make("H5Tget_native_type", path) {
            H5Tget_native_type(type.handle.id, H5T_DIR_ASCEND)
        }
        let space = try Library.make("H5Aget_space", path) { H5Aget_space(handle.id) }
        var texts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: shape.reduce(1, *))
        guard !texts.isEmpty else { return [] }
        try Library.call("H5Aread", path) { H5Aread(handle.id, memory.id, &texts) }
        let strings = texts.map { text in text.map { String(cString: $0) } ?? "" }
        try Library.call("H5Dvlen_reclaim", path) { H5Dvlen_reclaim(memory.id, space.id, chdf5_default(), &texts) }
        return strings
    }

    func read<T: Element>(as _: T.Type) throws(HDF5Error) -> [T] {
        try type.check(isReadableAs: T.kind, path)
        var values = [T](repeating: .zero, count: shape.reduce(1, *))
        if !values.isEmpty { try Library.call("H5Aread", path) { H5Aread(handle.id, T.kind.type, &values) } }
        return values
    }
}
