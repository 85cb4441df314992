import ArgumentParser
import Experiments

/// A duration as experiment files spell it: `90s`, `5m`, `2h`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        guard let duration = Duration(spelling: argument), duration > .zero else { return nil }
        self.duration = duration
    }

    var description: String { duration.spelling }
    var defaultValueDescription: String { duration.spelling }
}
