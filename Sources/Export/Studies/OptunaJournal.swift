package import Experiments
internal import Foundation
package import Studies

/// A study as a journal of Optuna's `JournalStorage`, which optuna-dashboard opens.
///
/// Source: Optuna 5, `optuna.storages.journal._storage` (operations) and `optuna.distributions` (parameters).
package struct OptunaJournal {
    private enum Operation: Int {
        case createStudy = 0
        case setStudyUserAttribute = 2
        case createTrial = 4
    }

    /// `optuna.trial.TrialState`.
    private enum TrialCode: Int {
        case running = 0
        case complete = 1
        case pruned = 2
        case failed = 3
    }

    private let state: StudyState
    private let name: String
    private let rule: SelectionRule
    private let search: SearchDescription
    private var lines: [[String: any Encodable]] = []

    /// The file's bytes.
    ///
    /// A trial's value is the monitored metric of its selected epoch; its other metrics are attributes, and its epochs'
    /// monitored values are intermediate ones. Trials that have not begun are left out.
    package static func encode(
        _ state: StudyState, name: String, rule: SelectionRule, search: SearchDescription
    ) throws -> [UInt8] {
        var journal = OptunaJournal(state: state, name: name, rule: rule, search: search)
        journal.collect()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try journal.lines.flatMap { line in
            try Array(encoder.encode(JSONMembers(line))) + [UInt8(ascii: "\n")]
        }
    }

    private init(state: StudyState, name: String, rule: SelectionRule, search: SearchDescription) {
        (self.state, self.name, self.rule, self.search) = (state, name, rule, search)
    }

    private mutating func append(_ operation: Operation, _ fields: [String: any Encodable]) {
        lines.append(fields.merging(["op_code": operation.rawValue, "worker_id": "winnow"]) { $1 })
    }

    private mutating func collect() {
        append(.createStudy, ["study_name": name, "directions": [rule.goal == .minimize ? 1 : 2]])
        append(
            .setStudyUserAttribute,
            ["study_id": 0, "user_attr": JSONMembers(["winnow:metric": rule.monitor])])
        for trial in state.trials where trial.started != nil { append(trial) }
    }

    private mutating func append(_ trial: TrialState) {
        let selected = trial.selection(rule)
        let code: TrialCode =
            switch trial.phase {
            case .completed where selected != nil: .complete
            case .completed, .failed: .failed
            case .pruned: .pruned
            case .waiting, .running, .paused: .running
            }
        var attributes: [String: any Encodable] = [
            "trial": trial.number, "point": trial.point, "replicate": trial.replicate, "seed": "\(trial.seed)",
        ]
        for (metric, value) in trial.outcome?.testMetrics ?? [:] where value.isFinite { attributes[metric] = value }
        if let error = trial.outcome?.error { attributes["error"] = error }
        var (distributions, parameters): ([String: any Encodable], [String: any Encodable]) = ([:], [:])
        for element in trial.assignment.elements {
            guard let (distribution, value) = distribution(of: element) else { continue }
            distributions[element.path] = distribution
            parameters[element.path] = value
        }
        var intermediate: [String: any Encodable] = [:]
        for row in trial.history {
            if let value = row.metrics[rule.monitor], value.isFinite { intermediate["\(row.epoch)"] = value }
        }
        var fields: [String: any Encodable] = [
            "study_id": 0, "state": code.rawValue, "user_attrs": JSONMembers(attributes),
            "system_attrs": JSONMembers([:]), "distributions": JSONMembers(distributions),
            "params": JSONMembers(parameters), "intermediate_values": JSONMembers(intermediate),
            "datetime_start": Self.time(trial.started ?? 0), "values": Nothing(),
            "value": code == .complete ? selected?.value ?? 0 : Nothing() as any Encodable,
        ]
        if code != .running { fields["datetime_complete"] = Self.time(trial.finished ?? trial.started ?? 0) }
        append(.createTrial, fields)
    }

    /// ISO 8601, in UTC, as Python's `datetime.fromisoformat` reads it.
    private static func time(_ seconds: Double) -> String {
        let text = Date(timeIntervalSince1970: seconds).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return text.hasSuffix("Z") ? text.dropLast() + "+00:00" : text
    }

    // MARK: Parameters

    /// A parameter's distribution, and the value as Optuna keeps it: that of a category is its position.
    private func distribution(of element: Assignment.Element) -> (String, any Encodable)? {
        // A point that was given may lie outside of the space.
        guard let parameter = search.parameters.first(where: { $0.path == element.path }),
            parameter.domain.contains(element.value)
        else { return nil }
        switch parameter.domain {
        case .values(let values):
            guard let place = parameter.domain.index(of: element.value) else { return nil }
            return (Self.json("CategoricalDistribution", ["choices": values.map(Choice.init)]), place)
        case .real(let minimum, let maximum, let scale, let step):
            let attributes: [String: any Encodable] = [
                "step": step ?? Nothing() as any Encodable, "low": minimum, "high": maximum, "log": scale == .log,
            ]
            return (Self.json("FloatDistribution", attributes), element.value.number ?? minimum)
        case .integer(let minimum, let maximum, let scale, let step):
            let attributes: [String: any Encodable] = [
                "step": step, "low": minimum, "high": maximum, "log": scale == .log,
            ]
            return (Self.json("IntDistribution", attributes), element.value)
        }
    }

    private static func json(_ name: String, _ attributes: [String: any Encodable]) -> String {
        let document = JSONMembers(["name": name, "attributes": JSONMembers(attributes)])
        return (try? JSONEncoder().encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// A category as Optuna takes it: lists and mappings as text.
private struct Choice: Encodable {
    let value: ParameterValue

    init(_ value: ParameterValue) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .int, .double, .bool, .string: try value.encode(to: encoder)
        case .list, .mapping: try value.description.encode(to: encoder)
        }
    }
}

/// JSON's null.
private struct Nothing: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
