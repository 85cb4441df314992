/// Why a data set cannot be kept on this machine.
package enum DataStoreError: Error, Hashable, CustomStringConvertible {
    /// The coordinator lists what is no data set.
    case badList(String)
    /// The coordinator's own files are gone.
    case notServed
    case noRoom(folder: String, needed: Int, free: Int)
    case disk(SpoolError)

    package var description: String {
        switch self {
        case .badList(let reason): "the coordinator's list of the data's files is refused: \(reason)"
        case .notServed: "the coordinator has the data no more: start it again where they are"
        case .noRoom(let folder, let needed, let free):
            "\(folder): the data need \(needed) bytes, of which only \(free) are free; choose another --data-dir"
        case .disk(let error): "\(error); make room, or choose another --data-dir"
        }
    }

    static func unify<Result: ~Copyable>(_ body: () throws(SpoolError) -> Result) throws(DataStoreError) -> Result {
        do {
            return try body()
        } catch {
            throw .disk(error)
        }
    }
}
