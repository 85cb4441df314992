import ArgumentParser
import Experiments
import Foundation
import Search

/// Proposes points to another program, which tells what came of them: one JSON object a line on both sides.
///
/// The first line is the search: `{"sampler": "tpe", "seed": 1, "trials": 100, "parameters": {...}}`, with parameters as in
/// an experiment file. Each further line is all of the trials so far, in order, with the loss, or null where it runs:
/// `{"trials": [[{"x": 0.5}, 1.25], [{"x": 0.25}, null]]}`. The answer to each is a point.
struct ProposeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Proposes points to a program that tells what came of them.")

    func run() throws {
        while let line = readLine() {
            guard let search = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let seed = search["seed"] as? Int, let parameters = search["parameters"]
            else { throw ValidationError("the first line has to be a search") }
            // JSON is YAML.
            let text = String(decoding: try JSONSerialization.data(withJSONObject: parameters), as: UTF8.self)
            let file = try ExperimentFile(
                text:
                    "program: {command: [x, \"${args}\"]}\nselect: {monitor: loss, goal: minimize}\nsearch: {sampler: tpe, parameters: \(text)}\n",
                name: "search")
            try serve(file.experiment.search.space, seed: UInt64(seed))
        }
    }

    /// Until an empty line.
    private func serve(_ space: SearchSpace, seed: UInt64) throws {
        let sampler = TPESampler(space, seed: seed)
        while let line = readLine(), !line.isEmpty {
            guard let message = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let trials = message["trials"] as? [[Any]]
            else { throw ValidationError("a line has to hold trials") }
            let observations = trials.compactMap { trial in
                TPESampler.Observation(
                    Self.assignment(trial[0] as? [String: Any] ?? [:], of: space), loss: trial[1] as? Double, of: space)
            }
            let point = sampler.next(trials.count, after: observations)
            let answer = try JSONEncoder().encode(point.json)
            print(String(decoding: answer, as: UTF8.self))
            fflush(nil)
        }
    }

    private static func assignment(_ values: [String: Any], of space: SearchSpace) -> Assignment {
        Assignment(
            space.parameters.compactMap { parameter in
                guard let value = values[parameter.path] else { return nil }
                // A number may have become an integer on its way.
                let number = (value as? Int).map { ParameterValue.int($0) } ?? (value as? Double).map { .double($0) }
                return .init(path: parameter.path, value: number ?? .string("\(value)"))
            })
    }
}
