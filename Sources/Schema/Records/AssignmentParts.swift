import Experiments
import SwiftProtobuf

extension Assignment {
    init(_ protos: [ProtoParameter]) throws(MalformedPart) {
        var elements: [Element] = []
        for proto in protos {
            let value: ParameterValue =
                switch proto.value {
                case .int(let value): .int(Int(value))
                case .double(let value): .double(value)
                case .bool(let value): .bool(value)
                case .string(let value): .string(value)
                case .list(let list): try ParameterValue(list)
                case .mapping(let mapping): try ParameterValue(mapping)
                case nil: throw MalformedPart(reason: "no value of \(proto.path.prefix(80))", isUnknown: true)
                }
            elements.append(.init(path: proto.path, value: value))
        }
        self.init(elements)
    }

    var proto: [ProtoParameter] {
        elements.map { element in
            .with {
                $0.path = element.path
                switch element.value {
                case .int(let value): $0.int = Int64(value)
                case .double(let value): $0.double = value
                case .bool(let value): $0.bool = value
                case .string(let value): $0.string = value
                case .list(let elements): $0.list = ProtoList(elements)
                case .mapping(let members): $0.mapping = ProtoMapping(members)
                }
            }
        }
    }
}

extension ParameterValue {
    fileprivate init(_ proto: ProtoValue) throws(MalformedPart) {
        switch proto.value {
        case .int(let value): self = .int(Int(value))
        case .double(let value): self = .double(value)
        case .bool(let value): self = .bool(value)
        case .string(let value): self = .string(value)
        case .list(let list): self = try ParameterValue(list)
        case .mapping(let mapping): self = try ParameterValue(mapping)
        case nil: throw MalformedPart(reason: "no value within a list or a mapping", isUnknown: true)
        }
    }

    fileprivate init(_ list: ProtoList) throws(MalformedPart) {
        var elements: [ParameterValue] = []
        for element in list.elements { elements.append(try ParameterValue(element)) }
        self = .list(elements)
    }

    fileprivate init(_ mapping: ProtoMapping) throws(MalformedPart) {
        var members: [Member] = []
        for member in mapping.members {
            members.append(Member(key: member.key, value: try ParameterValue(member.value)))
        }
        self = .mapping(members)
    }

    fileprivate var proto: ProtoValue {
        .with {
            switch self {
            case .int(let value): $0.int = Int64(value)
            case .double(let value): $0.double = value
            case .bool(let value): $0.bool = value
            case .string(let value): $0.string = value
            case .list(let elements): $0.list = ProtoList(elements)
            case .mapping(let members): $0.mapping = ProtoMapping(members)
            }
        }
    }
}

extension ProtoList {
    fileprivate init(_ elements: [ParameterValue]) { self = .with { $0.elements = elements.map(\.proto) } }
}

extension ProtoMapping {
    fileprivate init(_ members: [ParameterValue.Member]) {
        self = .with { mapping in
            mapping.members = members.map { member in
                .with { ($0.key, $0.value) = (member.key, member.value.proto) }
            }
        }
    }
}
