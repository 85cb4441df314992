import Architecture

/// Reading keys as types. Each method notes down what it returns; a key without a default must be there.
extension Section {
    func double(_ key: String, in bounds: Bounds = .any, default: Double? = nil) throws(ExperimentError) -> Double {
        try read(key, default: `default`, as: { .double($0) }) { value throws(ExperimentError) in
            try value.double(in: bounds)
        }
    }

    func int(_ key: String, in range: ClosedRange<Int>, default: Int? = nil) throws(ExperimentError) -> Int {
        try read(key, default: `default`, as: { .int($0) }) { value throws(ExperimentError) in
            try value.int(in: range)
        }
    }

    func bool(_ key: String, default: Bool? = nil) throws(ExperimentError) -> Bool {
        try read(key, default: `default`, as: { .bool($0) }) { value throws(ExperimentError) in
            try value.bool()
        }
    }

    func string(_ key: String, default: String? = nil) throws(ExperimentError) -> String {
        try read(key, default: `default`, as: { .string($0) }) { value throws(ExperimentError) in
            try value.string()
        }
    }

    /// A text that may be missing, and is then left out of the resolved configuration too.
    func optionalString(_ key: String) throws(ExperimentError) -> String? {
        guard optional(key) != nil else { return nil }
        return try string(key)
    }

    func duration(_ key: String, default: Duration? = nil) throws(ExperimentError) -> Duration {
        try read(key, default: `default`, as: { .string($0.spelling) }) { value throws(ExperimentError) in
            try value.duration()
        }
    }

    /// A number of bytes such as `20GB`, or the word `none`, which stands for a missing one too.
    func byteCountUnlessNone(_ key: String) throws(ExperimentError) -> Int? {
        guard let given = optional(key), !given.node.isNone else {
            note(key, ConfigNode(.string("none")))
            return nil
        }
        let bytes = try given.byteCount()
        note(key, ConfigNode(.string(ByteCountSpelling(bytes).text)))
        return bytes
    }

    /// One of the cases of `Choice`, by raw value.
    ///
    /// - Parameter noun: what is chosen, for the error; the key where not given.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, noun: String? = nil, default: Choice? = nil
    ) throws(ExperimentError) -> Choice {
        try read(key, default: `default`, as: { .string($0.rawValue) }) { value throws(ExperimentError) in
            try value.choice(of: noun ?? key)
        }
    }

    /// A mapping inside this one; one that is missing is read as an empty one, so that its defaults are noted.
    func section<Value>(
        _ key: String, _ body: (Section) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value {
        let inner = optional(key) ?? empty(key)
        let (value, resolved) = try inner.section(body)
        note(key, resolved)
        return value
    }

    /// A mapping inside this one, or the word `none`, which stands for a missing one too.
    func unlessNone<Value>(
        _ key: String, _ body: (Section) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value? {
        guard let given = optional(key), !given.node.isNone else {
            note(key, ConfigNode(.string("none")))
            return nil
        }
        let (value, resolved) = try given.section(body)
        note(key, resolved)
        return value
    }

    /// A number, or the word `none`, which stands for a missing one too.
    func doubleUnlessNone(_ key: String, in bounds: Bounds) throws(ExperimentError) -> Double? {
        if let given = optional(key), !given.node.isNone { return try double(key, in: bounds) }
        note(key, ConfigNode(.string("none")))
        return nil
    }

    /// The elements of a list, read one by one; none where the key is missing. The caller notes down what it made of it.
    func list<Element>(
        _ key: String, _ parse: (ConfigValue) throws(ExperimentError) -> Element
    ) throws(ExperimentError) -> [Element] {
        guard let given = optional(key) else { return [] }
        var elements: [Element] = []
        for value in try given.elements() { elements.append(try parse(value)) }
        return elements
    }

    /// A list of whole numbers.
    func ints(_ key: String, in range: ClosedRange<Int>, default: [Int]) throws(ExperimentError) -> [Int] {
        let given = try list(key) { value throws(ExperimentError) in try value.int(in: range) }
        let values = has(key) ? given : `default`
        note(key, ConfigNode(.list(values.map { ConfigNode(.int($0)) })))
        return values
    }

    /// A list of numbers.
    func doubles(_ key: String, in bounds: Bounds) throws(ExperimentError) -> [Double] {
        let values = try list(key) { value throws(ExperimentError) in try value.double(in: bounds) }
        note(key, ConfigNode(.list(values.map { ConfigNode(.double($0)) })))
        return values
    }

    private func empty(_ key: String) -> ConfigValue {
        ConfigValue(node: ConfigNode(.mapping([]), place: place), path: path.appending(key), file: file)
    }

    private func read<Value>(
        _ key: String, default: Value?, as scalar: (Value) -> ConfigScalar.Value,
        _ parse: (ConfigValue) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> Value {
        let value: Value
        if let given = optional(key) {
            value = try parse(given)
        } else if let `default` {
            value = `default`
        } else {
            value = try parse(required(key))
        }
        note(key, ConfigNode(scalar(value)))
        return value
    }
}
