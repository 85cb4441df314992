internal import HDF5

extension Checkpoint {
    /// What the model's inputs and outputs mean: all that using it on other data needs beside its weights.
    ///
    /// A feature x of group g enters the model as (x - offset[g]) / unit[g], where the unit is not 0, and otherwise as 0; an
    /// output y of a scaled target stands for y unit + offset.
    package struct Preparation: Hashable, Sendable {
        /// Of one sample: `[13]` for a table, `[1, 28, 28]` (channels, height, width) for images.
        package var sampleShape: [Int]
        /// The names of a table's inputs, in the model's order; empty for images.
        package var featureNames: [String]
        /// How a table's columns become inputs; nil where each is one as it stands.
        package var columns: [Column]?
        /// Nil for a regression.
        package var classNames: [String]?
        package var features: Scale
        /// Nil where the target is not scaled.
        package var target: Scale?
        /// The largest number of the samples' type, 255 for 8-bit images; 1 for numbers of a table.
        package var valueRange: Double
        /// What a classifier's outputs are divided by, so that its probabilities are as sure as the validation part shows
        /// that they should be; nil where that was not measured.
        package var temperature: Double?
        /// What trained the model: `program` with its version, its libraries' versions, kernels and instruction set; empty in
        /// files from before it was kept.
        package var software: [String: String]
        /// The SHA-256 of the data.
        package var dataDigest: String
        package var split: Rows

        /// How numbers were scaled, by what was measured on the training part.
        package struct Scale: Hashable, Sendable {
            /// How many neighbouring features share an offset and a unit.
            package var groupSize: Int
            package var offsets: [Double]
            package var units: [Double]

            package init(groupSize: Int, offsets: [Double], units: [Double]) {
                self.groupSize = groupSize
                self.offsets = offsets
                self.units = units
            }
        }

        /// Positions in the data, from 0, ascending.
        package struct Rows: Hashable, Sendable {
            package var training: [Int32]
            package var validation: [Int32]
            package var test: [Int32]

            package init(training: [Int32], validation: [Int32], test: [Int32]) {
                self.training = training
                self.validation = validation
                self.test = test
            }
        }

        package init(
            sampleShape: [Int], featureNames: [String], columns: [Column]?, classNames: [String]?, features: Scale,
            target: Scale?, valueRange: Double, temperature: Double? = nil, software: [String: String] = [:],
            dataDigest: String, split: Rows
        ) {
            self.sampleShape = sampleShape
            self.featureNames = featureNames
            self.columns = columns
            self.classNames = classNames
            self.features = features
            self.target = target
            self.valueRange = valueRange
            self.temperature = temperature
            self.software = software
            self.dataDigest = dataDigest
            self.split = split
        }
    }
}

extension Checkpoint.Preparation {
    func write(to group: Group) throws {
        try group.setAttribute(Key.sampleShape, sampleShape.map { try $0.asInt32() })
        try group.setAttribute(Key.valueRange, valueRange)
        if let temperature { try group.setAttribute(Key.temperature, temperature) }
        try group.setAttribute(Key.digest, dataDigest)
        if !software.isEmpty {
            let table = try group.create(group: Key.software)
            let names = software.keys.sorted()
            try table.writeStrings(Key.name, names)
            try table.writeStrings(Key.value, names.map { software[$0] ?? "" })
        }
        try features.write(to: group.create(group: Key.features))
        if !featureNames.isEmpty { try group.writeStrings(Key.featureNames, featureNames) }
        if let columns { try Column.write(columns, to: group.create(group: Key.columns)) }
        if let classNames { try group.writeStrings(Key.classNames, classNames) }
        try target?.write(to: group.create(group: Key.target))
        let rows = try group.create(group: Key.split)
        try rows.write(Key.training, split.training)
        try rows.write(Key.validation, split.validation)
        try rows.write(Key.test, split.test)
    }

    init(reading group: Group) throws {
        let rows = try group.group(Key.split)
        self.init(
            sampleShape: try group.attribute(Key.sampleShape, as: [Int32].self).map { Int($0) },
            featureNames: try group.contains(Key.featureNames) ? group.readStrings(Key.featureNames) : [],
            columns: try group.contains(Key.columns) ? Column.read(group.group(Key.columns)) : nil,
            classNames: try group.contains(Key.classNames) ? group.readStrings(Key.classNames) : nil,
            features: try Scale(reading: group.group(Key.features)),
            target: try group.contains(Key.target) ? Scale(reading: group.group(Key.target)) : nil,
            valueRange: try group.attribute(Key.valueRange, as: Double.self),
            temperature: try group.hasAttribute(Key.temperature)
                ? group.attribute(Key.temperature, as: Double.self) : nil,
            software: try group.contains(Key.software) ? Self.software(group.group(Key.software)) : [:],
            dataDigest: try group.attribute(Key.digest, as: String.self),
            split: Rows(
                training: try rows.read(Key.training, as: Int32.self).values,
                validation: try rows.read(Key.validation, as: Int32.self).values,
                test: try rows.read(Key.test, as: Int32.self).values))
        let width = sampleShape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let names = featureNames.isEmpty || featureNames.count == width
        let inputs = columns.map { $0.reduce(0) { $0 + $1.inputCount } == width } ?? true
        guard inputs, !sampleShape.isEmpty, sampleShape.allSatisfy({ $0 > 0 }), names, features.fills(width),
            target?.fills(1) ?? true, valueRange > 0, temperature.map({ $0 > 0 && $0.isFinite }) ?? true,
            classNames.map({ $0.count > 1 }) ?? true
        else { throw StudyStoreError(.invalidCheckpoint("\(group.path) contradicts itself")) }
    }

    private static func software(_ group: Group) throws -> [String: String] {
        let (names, values) = (try group.readStrings(Key.name), try group.readStrings(Key.value))
        guard names.count == values.count else {
            throw StudyStoreError(.invalidCheckpoint("\(group.path) contradicts itself"))
        }
        return Dictionary(zip(names, values)) { first, _ in first }
    }

    private enum Key {
        static let sampleShape = "sample_shape"
        static let valueRange = "value_range"
        static let temperature = "temperature"
        static let digest = "data_sha256"
        static let software = "software"
        static let name = "name"
        static let value = "value"
        static let features = "features"
        static let featureNames = "feature_names"
        static let columns = "columns"
        static let classNames = "class_names"
        static let target = "target"
        static let split = "split"
        static let training = "training"
        static let validation = "validation"
        static let test = "test"
    }
}

extension Checkpoint.Preparation.Scale {
    fileprivate func write(to group: Group) throws {
        try group.setAttribute(Key.groupSize, groupSize.asInt32())
        try group.write(Key.offset, offsets)
        try group.write(Key.unit, units)
    }

    fileprivate init(reading group: Group) throws {
        self.init(
            groupSize: Int(try group.attribute(Key.groupSize, as: Int32.self)),
            offsets: try group.read(Key.offset, as: Double.self).values,
            units: try group.read(Key.unit, as: Double.self).values)
    }

    /// Whether there are numbers for so many features.
    fileprivate func fills(_ width: Int) -> Bool {
        groupSize > 0 && offsets.count == units.count && !offsets.isEmpty && width % offsets.count == 0
            && width / offsets.count == groupSize
    }

    private enum Key {
        static let groupSize = "group_size"
        static let offset = "offset"
        static let unit = "unit"
    }
}
