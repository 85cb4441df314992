import Architecture

/// The `program` section: a command that runs each trial in a process of its own.
package struct ProgramDescription: Hashable, Sendable {
    package let command: CommandTemplate
    /// The epochs that a trial is given; nil where the program alone knows when it is done.
    package let epochs: Int?
    /// Files and folders that the program consists of, relative to the experiment file. They lie in each attempt's working
    /// folder, and are part of what the study is.
    package let files: [String]
    package let environment: [String: String]
    package let metrics: MetricSource
    package let needs: ProgramNeeds
    package let stop: StopDescription
}

/// Where a program's metrics are read from, besides `$WINNOW_METRICS` and the lines `winnow {...}` of its output.
package enum MetricSource: Hashable, Sendable {
    /// Lines of its output with `name=value` or `name: value`.
    case auto
    /// A file of JSON objects, one a line, in the working folder.
    case jsonLines(String)
    /// A table with a header, as Keras and Lightning log.
    case csv(String)
    /// A folder of event files.
    case tensorBoard(String)
    /// Regular expressions on the lines of its output, whose first group is a metric's value.
    case patterns([MetricPattern])
}

package struct MetricPattern: Hashable, Sendable {
    package let metric: String
    package let expression: String
}

/// What a trial takes of its worker's machine.
package struct ProgramNeeds: Hashable, Sendable {
    package let processors: Int
    /// A fraction is a share of one.
    package let gpus: Double
    /// Bytes; nil without a limit.
    package let memory: Int?
}

/// How a program is asked to end.
package struct StopDescription: Hashable, Sendable {
    package enum Signal: String, Hashable, Sendable, CaseIterable {
        case terminate = "SIGTERM"
        case interrupt = "SIGINT"
        case hangup = "SIGHUP"
        case user1 = "SIGUSR1"
        case user2 = "SIGUSR2"
    }

    package let signal: Signal
    /// How long it may take before it is killed.
    package let grace: Duration
}

extension ProgramDescription {
    /// What belongs to Winnow's own training alone.
    static let foreignKeys = ["data", "model", "loss", "regularize", "pseudo_label", "optimizer", "train"]

    /// Reads the section `program`, and refuses what belongs to the built-in training.
    init(readingFrom root: Section) throws(ExperimentError) {
        for key in Self.foreignKeys where root.has(key) {
            throw root.error(
                at: key, "belongs to Winnow's own training, but here a program runs the trials: leave one of them out")
        }
        let parameters = SearchDescription.names(in: root)
        self = try root.section("program") { section throws(ExperimentError) in
            try ProgramDescription(reading: section, parameters: parameters)
        }
    }

    private init(reading section: Section, parameters: [String]) throws(ExperimentError) {
        command = try CommandTemplate(reading: section, parameters: parameters)
        epochs = section.has("epochs") ? try section.int("epochs", in: TrainDescription.epochRange) : nil
        files = try Self.files("files", of: section)
        environment = try Self.environment("environment", of: section)
        metrics = try MetricSource(reading: section)
        needs = try section.section("needs") { needs throws(ExperimentError) in try ProgramNeeds(reading: needs) }
        stop = try section.section("stop") { stop throws(ExperimentError) in
            StopDescription(
                signal: try stop.choice("signal", default: .terminate),
                grace: try stop.duration("grace", default: .seconds(30)))
        }
    }

    private static func files(_ key: String, of section: Section) throws(ExperimentError) -> [String] {
        var files: [String] = []
        for value in try section.optional(key)?.elementsOrSingle() ?? [] {
            files.append(try relativePath(value))
        }
        section.note(key, ConfigNode(.list(files.map { ConfigNode(.string($0)) })))
        return files
    }

    /// A path that leads nowhere but below the folder that it starts from.
    fileprivate static func relativePath(_ value: ConfigValue) throws(ExperimentError) -> String {
        let path = try value.string()
        let names = path.split(separator: "/").filter { $0 != "." }
        guard !path.hasPrefix("/"), !names.contains(".."), !names.isEmpty else {
            throw value.error("must be a path below the experiment file's folder, but is \"\(path)\"")
        }
        return names.joined(separator: "/")
    }

    private static func environment(
        _ key: String, of section: Section
    ) throws(ExperimentError) -> [String: String] {
        guard let value = section.optional(key) else {
            section.note(key, ConfigNode(.mapping([])))
            return [:]
        }
        var environment: [String: String] = [:]
        var resolved: [ConfigNode.Entry] = []
        for (name, _, element) in try value.members() {
            guard !name.isEmpty, !name.contains("="), !name.utf8.contains(0) else {
                throw element.error("\"\(name)\" cannot be the name of an environment variable")
            }
            guard !name.hasPrefix("WINNOW_") else {
                throw element.error("variables that begin with WINNOW_ are set by Winnow")
            }
            guard case .scalar(let scalar) = element.node.content else { throw element.mismatch("a text") }
            let text = scalar.value == .null ? "" : scalar.text
            environment[name] = text
            resolved.append(.init(key: name, value: ConfigNode(.string(text))))
        }
        section.note(key, ConfigNode(.mapping(resolved)))
        return environment
    }
}

extension ProgramNeeds {
    init(reading section: Section) throws(ExperimentError) {
        processors = try section.int("cpus", in: 1...4096, default: 1)
        gpus = try section.double("gpus", in: .atLeast(0), default: 0)
        guard gpus <= 1 || gpus.rounded() == gpus, gpus <= 1024 else {
            throw section.error(at: "gpus", "must be a share of one GPU, or a whole number of them")
        }
        memory = try section.byteCountUnlessNone("memory")
    }
}

extension MetricSource {
    /// Reads the key `metrics`: a word, or a mapping of one key.
    init(reading section: Section) throws(ExperimentError) {
        let key = "metrics"
        guard let value = section.optional(key) else {
            section.note(key, ConfigNode(.string("auto")))
            self = .auto
            return
        }
        guard case .mapping = value.node.content else {
            _ = try value.choice(of: key, among: ["auto"])
            section.note(key, ConfigNode(.string("auto")))
            self = .auto
            return
        }
        let kinds = ["jsonl", "csv", "tensorboard", "pattern"]
        let members = try value.members()
        guard members.count == 1, case (let kind, _, let inner)? = members.first else {
            throw value.error("give one of auto, \(kinds.joined(separator: ", "))")
        }
        switch kind {
        case "jsonl": self = .jsonLines(try ProgramDescription.relativePath(inner))
        case "csv": self = .csv(try ProgramDescription.relativePath(inner))
        case "tensorboard": self = .tensorBoard(try ProgramDescription.relativePath(inner))
        case "pattern": self = .patterns(try Self.patterns(inner))
        default: throw value.unknown("source of metrics", kind, among: ["auto"] + kinds)
        }
        section.note(key, value.node)
    }

    private static func patterns(_ value: ConfigValue) throws(ExperimentError) -> [MetricPattern] {
        let expected = "a mapping from names of metrics to regular expressions"
        let members = try value.members(expected)
        guard !members.isEmpty else { throw value.mismatch(expected) }
        var patterns: [MetricPattern] = []
        for (name, _, element) in members {
            let expression = try element.string()
            do {
                _ = try Regex(expression)
            } catch {
                throw element.error("is no regular expression: \(error)")
            }
            patterns.append(MetricPattern(metric: name, expression: expression))
        }
        return patterns
    }
}
