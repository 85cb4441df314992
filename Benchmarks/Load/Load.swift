import ArgumentParser
import Foundation
import Messaging

/// Plays workers against a real coordinator, and measures the coordinator: `fan_out.py` starts both.
@main
struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow-load", abstract: "Plays workers that train nothing, and measures their coordinator.")

    enum Plan: String, ExpressibleByArgument, CaseIterable {
        /// Each worker holds one trial and sends results of it, for `--seconds`.
        case results
        /// Each worker ends each trial `--trial-seconds` after it was assigned, until the study is over.
        case trials
        /// As `results`, while the first worker uploads a checkpoint every second, and heartbeats are measured as well.
        case uploads
    }

    @Argument(help: "The coordinator's address.")
    var endpoint: String

    @Option(help: "What the workers do: \(Plan.allCases.map(\.rawValue).joined(separator: ", ")).")
    var plan = Plan.results

    @Option(help: "How many workers, of one slot each.")
    var workers = 16

    @Option(help: "Threads that play them; each has a network thread of its own beside it.")
    var threads = 1

    @Option(help: "How long results are sent.")
    var seconds = 10.0

    @Option(help: "Results per second of each worker; 0: as many as the coordinator takes.")
    var rate = 0.0

    @Option(help: "Results of a worker that may wait for their acknowledgement.")
    var window = 256

    @Option(help: "How long a trial takes.")
    var trialSeconds = 0.0

    @Option(help: "The file that is uploaded as a checkpoint; without one nothing is uploaded.")
    var checkpoint: String?

    @Option(help: "Its SHA-256, so that nothing is hashed beside what is measured.")
    var sha256: String?

    @Option(help: "The coordinator's process, to read what it takes of processor and memory.")
    var pid: Int32?

    func run() throws {
        let endpoint = try Endpoint(endpoint)
        let crews = plan == .uploads ? try uploadingCrews(endpoint) : (0..<threads).map { crew($0, endpoint) }
        for crew in crews {
            let thread = Thread { crew.run() }
            thread.stackSize = 4 << 20
            thread.start()
        }
        let measured =
            switch plan {
            case .results: try measureResults(crews)
            case .trials: try measureTrials(crews)
            case .uploads: try measureUploads(crews)
            }
        let document = try JSONSerialization.data(withJSONObject: measured, options: [.sortedKeys])
        print(String(decoding: document, as: UTF8.self))
    }

    private func crew(_ thread: Int, _ endpoint: Endpoint) -> Crew {
        Crew(
            endpoint: endpoint, plan: plan, numbers: Array(stride(from: thread, to: workers, by: threads)),
            rate: rate, window: window, trialSeconds: trialSeconds)
    }

    /// The worker that uploads has threads of its own: what the others measure must not wait for its chunks.
    private func uploadingCrews(_ endpoint: Endpoint) throws -> [Crew] {
        let checkpoint = try checkpoint.map { try PlayedCheckpoint(path: $0, sha256: sha256 ?? "") }
        return [0..<1, 1..<workers].map { numbers in
            Crew(
                endpoint: endpoint, plan: plan, numbers: Array(numbers), rate: rate, window: window,
                trialSeconds: trialSeconds, checkpoint: numbers.contains(0) ? checkpoint : nil)
        }
    }

    private func measureResults(_ crews: [Crew]) throws -> [String: Double] {
        let joined = try join(crews)
        let began = ContinuousClock.now
        let usage = pid.flatMap(ProcessUsage.init)
        crews.forEach { $0.beginCounting() }
        Thread.sleep(forTimeInterval: seconds)
        let tallies = crews.map(\.soFar)
        let elapsed = began.duration(to: .now) / .seconds(1)
        let latencies = tallies.flatMap(\.latencies).sorted()
        let acknowledged = Double(tallies.reduce(0) { $0 + $1.acknowledged })
        var measured = [
            "seconds": elapsed, "acknowledged": acknowledged, "per_second": acknowledged / elapsed,
            "join_seconds": joined,
            "p50_ms": quantile(latencies, 0.5) * 1000, "p99_ms": quantile(latencies, 0.99) * 1000,
        ]
        if let usage, let now = pid.flatMap(ProcessUsage.init) {
            measured["coordinator_cores"] = (now.processorSeconds - usage.processorSeconds) / elapsed
            measured["coordinator_megabytes"] = now.megabytes
        }
        return measured
    }

    private func measureUploads(_ crews: [Crew]) throws -> [String: Double] {
        _ = try join(crews)
        let began = ContinuousClock.now
        let usage = pid.flatMap(ProcessUsage.init)
        crews.forEach { $0.beginCounting() }
        Thread.sleep(forTimeInterval: seconds)
        let (uploading, others) = (crews[0].soFar, crews[1].soFar)
        let elapsed = began.duration(to: .now) / .seconds(1)
        var measured = [
            "seconds": elapsed, "per_second": Double(others.acknowledged) / elapsed,
            "uploads": Double(uploading.uploads.count),
        ]
        let sizes = (crews[0].checkpoint?.size).map(Double.init) ?? 0
        measured["megabytes_per_second"] = Double(uploading.uploads.count) * sizes / 1e6 / elapsed
        for (name, values) in [
            ("acknowledgement", others.latencies), ("heartbeat", others.heartbeats),
            ("uploading_acknowledgement", uploading.latencies), ("uploading_heartbeat", uploading.heartbeats),
            ("upload", uploading.uploads),
        ] {
            let sorted = values.sorted()
            measured["\(name)_p50_ms"] = quantile(sorted, 0.5) * 1000
            measured["\(name)_p99_ms"] = quantile(sorted, 0.99) * 1000
            measured["\(name)_max_ms"] = (sorted.last ?? 0) * 1000
        }
        if let usage, let now = pid.flatMap(ProcessUsage.init) {
            measured["coordinator_cores"] = (now.processorSeconds - usage.processorSeconds) / elapsed
            measured["coordinator_megabytes"] = now.megabytes
        }
        return measured
    }

    private func measureTrials(_ crews: [Crew]) throws -> [String: Double] {
        _ = wait(atMost: 60, for: crews) { $0.busy }
        let began = ContinuousClock.now
        guard wait(atMost: 3600, for: crews, { $0.ended }) != nil else {
            throw ValidationError("the study did not end within an hour")
        }
        let trials = Double(crews.reduce(0) { $0 + $1.soFar.trials })
        let elapsed = began.duration(to: .now) / .seconds(1)
        return ["seconds": elapsed, "trials": trials, "per_second": trials / elapsed]
    }

    /// Waits until all workers hold a trial.
    ///
    /// - Returns: the seconds that it took.
    private func join(_ crews: [Crew]) throws -> Double {
        guard let joined = wait(atMost: 60, for: crews, { $0.busy }) else {
            let busy = crews.reduce(0) { $0 + $1.soFar.busy }
            throw ValidationError("only \(busy) of \(workers) workers have a trial after a minute")
        }
        return joined
    }

    /// Waits until as many workers as there are have reached a state.
    ///
    /// - Returns: the seconds that it took; nil where they did not.
    private func wait(atMost limit: Double, for crews: [Crew], _ count: (Crew.Tally) -> Int) -> Double? {
        let began = ContinuousClock.now
        while began.duration(to: .now) < .seconds(limit) {
            if crews.reduce(0, { $0 + count($1.soFar) }) >= workers {
                return began.duration(to: .now) / .seconds(1)
            }
            Thread.sleep(forTimeInterval: 0.001)
        }
        return nil
    }

    private func quantile(_ sorted: [Double], _ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}
