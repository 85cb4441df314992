import Foundation
import TestSupport

/// What stands on a disk whose power failed: all that was synchronised, and of the rest of each file and each folder's
/// list of names some first part.
///
/// A file's name is durable when its folder was synchronised, its bytes when it was itself; neither follows from the
/// other (POSIX, `fsync`).
struct LostPower {
    private final class Node {
        let isFolder: Bool
        /// What happened to it, in order.
        var changes: [Change] = []
        /// How many of them have reached the disk.
        var durable = 0

        init(isFolder: Bool) {
            self.isFolder = isFolder
        }
    }

    private enum Change {
        case write(offset: Int, bytes: Data)
        case truncate(Int)
        /// A folder's: these names stand for these nodes, or for nothing, from now on.
        case names([(String, Node?)])
    }

    private let root: Node

    /// - Parameters:
    ///   - operations: what had been done when the power failed.
    ///   - random: chooses how much of what was not synchronised is there all the same.
    init(after operations: some Sequence<DiskOperation>, random: inout some RandomNumberGenerator) throws {
        root = Node(isFolder: true)
        var nodes = ["": root]
        func parent(_ path: String) throws -> Node {
            guard let node = nodes[Self.folder(of: path)] else { throw CocoaError(.fileNoSuchFile) }
            return node
        }
        for operation in operations {
            switch operation {
            case .makeFolder(""), .say: break
            case .create(let path), .makeFolder(let path):
                let node = Node(isFolder: operation.makesFolder)
                nodes[path] = node
                try parent(path).changes.append(.names([(Self.name(of: path), node)]))
            case .write(let path, let offset, let bytes):
                nodes[path]?.changes.append(.write(offset: offset, bytes: bytes))
            case .truncate(let path, let size):
                nodes[path]?.changes.append(.truncate(size))
            case .synchronize(let path):
                if let node = nodes[path] { node.durable = node.changes.count }
            case .rename(let path, let target):
                // Both names change at once; all of Winnow's renames stay in one folder.
                guard Self.folder(of: path) == Self.folder(of: target) else { throw CocoaError(.fileWriteUnknown) }
                let node = nodes.removeValue(forKey: path)
                nodes[target] = node
                try parent(path).changes.append(.names([(Self.name(of: path), nil), (Self.name(of: target), node)]))
            case .link(let path, let target):
                let node = nodes[path]
                nodes[target] = node
                try parent(target).changes.append(.names([(Self.name(of: target), node)]))
            case .remove(let path):
                nodes[path] = nil
                try parent(path).changes.append(.names([(Self.name(of: path), nil)]))
            }
        }
        lose(in: root, &random)
    }

    private func lose(in node: Node, _ random: inout some RandomNumberGenerator) {
        let kept = Int.random(in: node.durable...node.changes.count, using: &random)
        let torn = kept < node.changes.count ? node.changes[kept] : nil
        node.changes.removeLast(node.changes.count - kept)
        if case .write(let offset, let bytes)? = torn, Bool.random(using: &random) {
            node.changes.append(
                .write(offset: offset, bytes: bytes.prefix(.random(in: 0..<bytes.count, using: &random))))
        }
        for child in Self.entries(of: node).sorted(by: { $0.key < $1.key }) { lose(in: child.value, &random) }
    }

    /// Makes the folder as it is found when the power is back.
    func restore(to path: String) throws {
        try Self.restore(root, to: path)
    }

    private static func restore(_ node: Node, to path: String) throws {
        guard node.isFolder else { return try contents(of: node).write(to: URL(fileURLWithPath: path)) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for (name, child) in entries(of: node) { try restore(child, to: "\(path)/\(name)") }
    }

    private static func entries(of node: Node) -> [String: Node] {
        var entries: [String: Node] = [:]
        for case .names(let names) in node.changes {
            for (name, child) in names { entries[name] = child }
        }
        return entries
    }

    private static func contents(of node: Node) -> Data {
        var contents = Data()
        func grow(to size: Int) {
            if contents.count < size { contents.append(Data(count: size - contents.count)) }
        }
        for change in node.changes {
            switch change {
            case .write(let offset, let bytes):
                grow(to: offset + bytes.count)
                contents.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            case .truncate(let size):
                grow(to: size)
                contents.removeLast(contents.count - size)
            case .names: break
            }
        }
        return contents
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}

extension DiskOperation {
    fileprivate var makesFolder: Bool {
        if case .makeFolder = self { true } else { false }
    }
}
