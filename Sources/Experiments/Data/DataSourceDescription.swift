package import Architecture

/// Where samples come from.
package enum DataSourceDescription: Hashable, Sendable {
    /// 5,000 handwritten digits of MNIST, 1x28x28, ten classes.
    case mnist5k
    /// 1,797 handwritten digits of UCI, 1x8x8, ten classes.
    case digits
    /// 506 housing prices with 13 features.
    case housing
    case csv(CSVDescription)

    /// A table of the user's own, plain or .gz.
    package struct CSVDescription: Hashable, Sendable {
        /// As it stands in the experiment file.
        package let file: String
        /// The column to predict: its name, or its position from 0 in a file without a header.
        package let target: String
        /// Columns to leave out.
        package let ignore: [String]
        /// The shape of one sample; a flat row of features where it is not given.
        package let shape: Shape?
        package let task: LearningTask
    }

    package var task: LearningTask {
        switch self {
        case .mnist5k, .digits: .classification
        case .housing: .regression
        case .csv(let csv): csv.task
        }
    }
}

extension DataSourceDescription {
    private enum BuiltIn: String, CaseIterable {
        case mnist5k = "mnist-5k"
        case digits, housing
    }

    init(
        reading value: ConfigValue, notedIn section: Section, taskHint: LearningTask?
    ) throws(ExperimentError) {
        if case .mapping = value.node.content {
            let (csv, resolved) = try value.section { source throws(ExperimentError) in
                try CSVDescription(reading: source, taskHint: taskHint)
            }
            section.note("source", resolved)
            self = .csv(csv)
            return
        }
        let name: BuiltIn = try value.choice(of: "source")
        section.note("source", ConfigNode(.string(name.rawValue)))
        self =
            switch name {
            case .mnist5k: .mnist5k
            case .digits: .digits
            case .housing: .housing
            }
    }
}

extension DataSourceDescription.CSVDescription {
    init(reading section: Section, taskHint: LearningTask?) throws(ExperimentError) {
        file = try section.string("csv")
        target = try section.string("target")
        ignore = try section.list("ignore") { value throws(ExperimentError) in try value.string() }
        if !ignore.isEmpty { section.note("ignore", ConfigNode(.list(ignore.map { ConfigNode(.string($0)) }))) }
        let sizes = try section.list("shape") { value throws(ExperimentError) in try value.int(in: 1...1_000_000) }
        guard [0, 1, 3].contains(sizes.count) else {
            throw section.error(at: "shape", "must be [features] or [channels, height, width]")
        }
        shape = sizes.isEmpty ? nil : Shape(sizes)
        if !sizes.isEmpty { section.note("shape", ConfigNode(.list(sizes.map { ConfigNode(.int($0)) }))) }
        guard section.has("task") || taskHint != nil else {
            throw section.error(at: "task", "say what to learn: task: classification, or task: regression")
        }
        task = try section.choice("task", default: taskHint)
    }
}
