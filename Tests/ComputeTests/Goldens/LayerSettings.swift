import Architecture

/// A layer of a golden; the kind says which settings it has.
struct LayerSettings: Decodable {
    let kind: String
    let body: [LayerSettings]?
    let shortcut: [LayerSettings]?
    fileprivate let numbers: [String: Double]

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        kind = try container.decode(String.self, forKey: Key(stringValue: "kind"))
        body = try container.decodeIfPresent([LayerSettings].self, forKey: Key(stringValue: "body"))
        shortcut = try container.decodeIfPresent([LayerSettings].self, forKey: Key(stringValue: "shortcut"))
        numbers = try container.allKeys.reduce(into: [:]) { numbers, key in
            switch key.stringValue {
            case "kind", "body", "shortcut": break
            case "bias": numbers["bias"] = try container.decode(Bool.self, forKey: key) ? 1 : 0
            // The goldens call a linear layer's features what `torch.nn.Linear` does without its "out".
            case "outputs": numbers["features"] = try container.decode(Double.self, forKey: key)
            case let name: numbers[name] = try container.decode(Double.self, forKey: key)
            }
        }
    }

    func layer() throws -> Layer {
        if let body {
            return .residual(
                .init(body: try body.map { try $0.layer() }, shortcut: try shortcut?.map { try $0.layer() } ?? []))
        }
        if kind == "embedding" {
            let reader = GoldenReader(settings: self)
            return .embedding(
                .init(
                    place: try reader.integer("place"), categories: try reader.integer("categories"),
                    dimensions: try reader.integer("dimensions")))
        }
        guard var layer = Layer.kind(named: kind) else { throw GoldenSettingsError(unknownKind: kind) }
        try layer.visitSettings(GoldenReader(settings: self))
        return Layer(layer)
    }
}

private struct GoldenReader: SettingVisitor {
    let settings: LayerSettings

    func visit(_ key: String, _ value: inout Int, in _: ClosedRange<Int>, default: Int?) throws {
        value = Int(try number(key, default: `default`.map(Double.init)))
    }

    func visit(_ key: String, _ value: inout Double, in _: Bounds, default: Double?) throws {
        value = try number(key, default: `default`)
    }

    func visit(_ key: String, _ value: inout Bool, default: Bool?) throws {
        value = try number(key, default: `default`.map { $0 ? 1 : 0 }) != 0
    }

    func integer(_ key: String) throws -> Int { Int(try number(key, default: nil)) }

    private func number(_ key: String, default: Double?) throws -> Double {
        guard let value = settings.numbers[key] ?? `default` else {
            throw GoldenSettingsError(unknownKind: settings.kind)
        }
        return value
    }
}
