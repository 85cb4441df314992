/// A thing with attributes that stands at a path: a group or a dataset.
package protocol Object: Sendable {
    var handle: Handle { get }
    /// Where it stands in its file, from the root: `/trials/best_value`.
    var path: String { get }
}
