/// A value on its way into JSON: `Encodable` says its members in any order, and they are written sorted.
enum JSONTree {
    case null
    case bool(Bool)
    case int(Int)
    case uint(UInt)
    case double(Double)
    case float(Float)
    case text(String)
    case numbers([String: Double])
    case object(ObjectTree)
    case array(ArrayTree)
    /// What an encoder that was handed out will have been told by the time of writing.
    case later(PortableEncoder)

    final class ObjectTree {
        var members: [(name: String, value: JSONTree)] = []
    }

    final class ArrayTree {
        var elements: [JSONTree] = []
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.write(raw: "null")
        case .bool(let value): writer.write(value)
        case .int(let value): writer.write(value)
        case .uint(let value): writer.write(value)
        case .double(let value): writer.write(value)
        case .float(let value): writer.write(value)
        case .text(let value): writer.write(value)
        case .numbers(let values): writer.write(values)
        case .later(let encoder): encoder.said.write(to: &writer)
        case .array(let array):
            writer.write(raw: "[")
            for (index, element) in array.elements.enumerated() {
                if index > 0 { writer.write(raw: ",") }
                element.write(to: &writer)
            }
            writer.write(raw: "]")
        case .object(let object):
            writer.write(raw: "{")
            var isFirst = true
            for (name, value) in object.sortedMembers {
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(name)
                writer.write(raw: ":")
                value.write(to: &writer)
            }
            writer.write(raw: "}")
        }
    }
}

extension JSONTree.ObjectTree {
    /// By name; of those with one name the one that was said last.
    fileprivate var sortedMembers: [(name: String, value: JSONTree)] {
        guard zip(members, members.dropFirst()).contains(where: { $0.name >= $1.name }) else { return members }
        var sorted: [(name: String, value: JSONTree)] = []
        sorted.reserveCapacity(members.count)
        // Stable, as `sort` is not promised to be.
        for index in members.indices.sorted(by: { (members[$0].name, $0) < (members[$1].name, $1) }) {
            if sorted.last?.name == members[index].name { sorted.removeLast() }
            sorted.append(members[index])
        }
        return sorted
    }
}

extension JSONWriter {
    /// As a Double is written, with the digits that a Float needs.
    fileprivate mutating func write(_ value: Float) {
        guard value.isFinite, let shortest = Double(value.description) else { return write(Double(value)) }
        write(shortest)
    }
}
