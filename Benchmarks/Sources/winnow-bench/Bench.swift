import Architecture
import Compute
import Glibc

/// Winnow's side of the measurements; the Python scripts of this folder run PyTorch's side beside it.
@main
struct Bench {
    static let usage = """
        usage: winnow-bench train WORKLOAD EXCHANGE-FILE DROPOUT STEPS
                   trains on the one batch of the exchange file and prints, as JSON, the losses of the first ten steps,
                   the time and the processor time of the steps after them, and the peak memory
               winnow-bench evaluate WORKLOAD EXCHANGE-FILE STEPS
                   predicts that batch, and prints the predictions' first row in place of the losses
               winnow-bench profile WORKLOAD [STEPS]
                   prints the time of a step by operation and by layer
               winnow-bench checkpoint PRESET FILE
                   trains a few steps, writes state, features and predictions, and prints their names and shapes
        workloads: mnist_cnn, regressor, resnet18

        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard try run(arguments) else {
            write(STDERR_FILENO, usage, usage.utf8.count)
            exit(64)
        }
    }

    /// - Returns: whether the arguments are any of these.
    private static func run(_ arguments: [String]) throws -> Bool {
        switch (arguments.first, arguments.count) {
        case ("train", 5):
            guard let dropout = Double(arguments[3]), let steps = Int(arguments[4]), steps > 0,
                let workload = try Workload(name: arguments[1], dropout: dropout)
            else { return false }
            let slot = try Slot(workload, exchangePath: arguments[2])
            let losses = try (0..<10).map { _ in try slot.step() }
            try report("losses", losses, steps: steps) { _ = try slot.step() }
        case ("evaluate", 4):
            guard let steps = Int(arguments[3]), steps > 0,
                let workload = try Workload(name: arguments[1], dropout: 0)
            else { return false }
            let slot = try Slot(workload, exchangePath: arguments[2])
            try report("predictions", slot.predict(), steps: steps) { _ = try slot.predict() }
        case ("profile", 2...3):
            guard let steps = arguments.count == 3 ? Int(arguments[2]) : 5, steps > 0,
                let workload = try Workload(name: arguments[1], dropout: 0.5)
            else { return false }
            print(try ProfileTable(Slot(workload), steps: steps), terminator: "")
        case ("checkpoint", 3):
            guard let checkpoint = try Checkpoint(preset: arguments[1]) else { return false }
            print(try checkpoint.write(to: arguments[2]))
        default:
            return false
        }
        return true
    }

    /// Measures `body` and prints the JSON that `compare_training.py` reads.
    private static func report(_ name: String, _ values: [Double], steps: Int, _ body: () throws -> Void) throws {
        let clock = ContinuousClock()
        let before = processorTime()
        let times = try (0..<steps).map { _ in try clock.measure(body) / .milliseconds(1) }.sorted()
        let processorTimePerStep = (processorTime() - before) / Double(steps)
        print(
            """
            {"\(name)": \(values), "min_ms": \(times[0]), "median_ms": \(times[times.count / 2]), \
            "processor_ms": \(processorTimePerStep), "peak_mb": \(peakMemory())}
            """)
    }

    /// What this process has had of processors, in ms.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    /// The largest resident set that this process has had, in MB.
    private static func peakMemory() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        // Linux counts it in units of 1024 bytes.
        return Double(usage.ru_maxrss) * 1024 / 1e6
    }
}
