import Experiments
import Foundation
import Glibc
import Processes
import Schema
import Studies
import TestSupport
import Testing

import Worker

@Suite struct ProgramRunnerTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Runs a script as a trial's program.
    ///
    /// - Parameter order: sees what it has written so far, and may give an order.
    /// - Returns: all that was reported.
    private func run(_ script: String, memory: String = "8G", order: (String, RunControl) -> Void) throws
        -> [RunnerEvent]
    {
        try folder.write(script, to: "script.sh")
        let files = try ProgramFiles.list(["script.sh"], in: folder.path)
        let text = """
            program: {command: [sh, script.sh], files: [script.sh], needs: {memory: \(memory)}, stop: {grace: 30s}}
            select: {monitor: loss, goal: minimize}
            """
        let attempt = TrialAttempt(
            assign: .init(
                id: WorkerUnderTest.id, seed: 0, experiment: text, dataDigest: try ProgramFiles.digest(files),
                resume: nil),
            file: try ExperimentFile(text: text, name: "test"), checkpoint: nil,
            spool: try Spool(in: folder.path, worker: "h-1-1", host: "h"))
        let control = RunControl()
        var (events, output): ([RunnerEvent], String) = ([], "")
        withoutActuallyEscaping(order) { order in
            ProgramRunner(DataCache(folder: folder.path)).run(attempt, control: control) { new in
                events += new
                for case .output(_, let bytes) in new { output += String(decoding: bytes, as: UTF8.self) }
                order(output, control)
            }
        }
        return events
    }

    @Test(arguments: [(RunControl.Order.pause, "preempt"), (.prune, "prune"), (.abandon, "cancel")])
    func whyItIsToStopIsSaid(_ order: RunControl.Order, _ word: String) throws {
        var said = ""
        let script = """
            echo ready; until [ -s "$WINNOW_CHECKPOINT/.stop" ]; do sleep 0.01; done; cat "$WINNOW_CHECKPOINT/.stop"; sleep 1; \
            exit 75
            """
        let events = try run("trap \"\" TERM; \(script)") { output, control in
            said = output
            if output.hasPrefix("ready") { control.give(order) }
        }
        #expect(said == "ready\n\(word)\n")
        #expect(events.last == (order == .abandon ? .left(WorkerUnderTest.id) : .paused(WorkerUnderTest.id)))
    }

    /// Of two processes, each of which has room for itself, the group has not: where this machine lets groups be made.
    @Test func theMemoryOfAllItsProcessesIsBounded() throws {
        guard let group = TrialGroups().make(memory: 64 << 20), group.isBounded else {
            return print("this machine bounds no group's memory here: a process's own limit is another test's")
        }
        // The second begins when the first has its memory, and the first keeps it until the second has ended.
        let script = """
            python3 -c 'import os, time
            b = b"x" * (80 << 20)
            open("full", "w")
            while not os.path.exists("over"): time.sleep(0.01)' &
            until [ -e full ] || ! kill -0 $!; do sleep 0.01; done
            python3 -c 'b = b"x" * (80 << 20)'
            touch over; wait; exit 7
            """
        let events = try run(script, memory: "120M") { _, _ in }
        guard case .finished(let outcome)? = events.last else {
            Issue.record("\(events)")
            return
        }
        let error = outcome.error ?? ""
        #expect(error.contains("memory killer ended") && error.contains("program.needs.memory"), "\(error)")
    }
}
