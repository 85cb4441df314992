import ArgumentParser
import Experiments
import StudyStore

/// A trial as a command's argument names it: its number, or `best` for the one that is selected.
enum TrialArgument: ExpressibleByArgument {
    case number(Int)
    case best

    init?(argument: String) {
        if argument == "best" {
            self = .best
        } else if let number = Int(argument) {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// - Throws: ``Failure`` where the study has no such trial.
    func number(in results: StudyResults) throws -> Int {
        switch self {
        case .best:
            guard let winner = results.winner else {
                throw Failure(
                    .usage, "\(results.folder.path): no trial has been selected yet; winnow results shows what there is"
                )
            }
            return winner.number
        case .number(let number):
            guard results.trials.indices.contains(number) else {
                throw Failure(
                    .usage,
                    "\(results.folder.path): there is no trial \(number); they are numbered 0 to "
                        + "\(results.trials.count - 1)")
            }
            return number
        }
    }
}
