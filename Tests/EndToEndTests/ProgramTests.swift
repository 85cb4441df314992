import Foundation
import Glibc
import Studies
import TestSupport
import Testing

extension Studies {
    /// Trials that are programs, run by the real program.
    @Suite struct ProgramTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// An experiment whose trials are a shell script.
        func write(
            _ script: String, trials: Int = 1, more: String = "", program: String = "", monitor: String = "val_loss"
        ) throws {
            let path = try folder.write("#!/bin/sh\n\(script)\n", to: "train.sh")
            chmod(path, 0o755)
            try folder.write(
                """
                name: script
                program:
                  command: [./train.sh, "${args}"]
                  files: [train.sh]
                  \(program)
                select: {monitor: \(monitor), goal: minimize}
                checkpoint: {every: 1ms}
                search: {sampler: random, trials: \(trials), parameters: {lr: {min: 0.1, max: 1}}}
                \(more)
                """, to: "e.yaml")
        }

        private func run(_ arguments: String...) async throws -> EndedWinnow {
            try await Winnow.run(["run", "e.yaml", "--workers", "1", "--study", "study"] + arguments, in: folder)
        }

        @Test func anUnmodifiedScriptIsRun() async throws {
            try write(
                """
                echo "$1" > args; pwd > where
                for epoch in 0 1 2; do echo "Epoch $epoch: loss=2 val_loss=0.$((5 - epoch))"; done
                """, trials: 3)
            let run = try await run("--json")
            try #require(run.status == 0, "\(run.errors)")
            let trials = try run.trials()
            #expect(trials.count == 3 && trials.allSatisfy { $0["state"] as? String == "completed" })
            let history = try StudyRecords(of: folder.file("study")).state.trials[0].history
            #expect(history.map { $0.metrics["val_loss"] } == [0.5, 0.4, 0.3] && history.map(\.epoch) == [1, 2, 3])
            let logs = try await Winnow.run("logs", "study", "1", "--follow", in: folder)
            #expect(logs.status == 0 && logs.output.hasPrefix("Epoch 0: loss=2"), "\(logs.errors)")
        }

        @Test func allThatATrialIsToldIsThere() async throws {
            try write(
                """
                test "$WINNOW_TRIAL" = 0 && test "$WINNOW_ATTEMPT" = 1 && test "$OMP_NUM_THREADS" = 1 || exit 3
                test "$WINNOW_EPOCHS" = 4 && test -d "$WINNOW_CHECKPOINT" && test "$COLOUR" = blue || exit 4
                grep -q '^{"lr":0.[0-9]*}$' "$WINNOW_PARAMETERS" || exit 5
                case "$1" in --lr=0.*) ;; *) exit 6 ;; esac
                echo '{"epoch": 1, "val_loss": 1}' >> "$WINNOW_METRICS"
                echo '{"epoch": 2, "val_loss": 0.5}' >> "$WINNOW_METRICS"
                echo 'Epoch 9: val_loss=0.1'
                """, program: "epochs: 4\n  environment: {COLOUR: blue}")
            let run = try await run()
            #expect(run.status == 0, "\(run.errors)")
            #expect(try StudyRecords(of: folder.file("study")).state.trials[0].history.count == 2)
        }

        @Test(arguments: [
            ("exit 0", "it reported no metric at all"),
            ("echo loss=1", "never reported a finite val_loss, which select.monitor names; it reported loss"),
            ("echo val_loss=nan", "never reported a finite val_loss"),
            ("echo val_loss=1; echo it broke >&2; exit 3", "exit code 3; its last words: it broke"),
            ("kill -SEGV $$", "signal 11 (SIGSEGV)"),
        ])
        func howItFailedIsNamed(_ script: String, _ words: String) async throws {
            try write(script, monitor: "val_loss")
            let run = try await run()
            #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
        }

        /// What harms one trial must leave the others as they are.
        @Test(arguments: [
            "head -c 10000000 /dev/zero | tr '\\0' x; echo; echo val_loss=1",
            "head -c 100000 /dev/urandom; echo; echo val_loss=1",
            "echo val_loss=1; exec >&- 2>&-; sleep 0.1",
            "i=0; while [ $i -lt 3000 ]; do echo \"m$i=1\"; i=$((i+1)); done; echo '{\"val_loss\": 1}' >> $WINNOW_METRICS",
            "(setsid sleep 86403 &); echo val_loss=1",
        ])
        func badMannersHarmNobody(_ script: String) async throws {
            try write(script, trials: 2)
            let run = try await run()
            #expect(run.status == 0, "\(run.errors)")
            let state = try StudyRecords(of: folder.file("study")).state
            #expect(state.trials.allSatisfy { $0.history.last?.metrics["val_loss"] == 1 })
        }

        @Test func aProgramThatIsNotThereIsNamed() async throws {
            try write("true")
            try folder.write(
                "program: {command: [no-such-program]}\nselect: {monitor: m, goal: minimize}\n", to: "e.yaml")
            let run = try await run()
            #expect(
                run.status == 2 && run.errors.contains("no-such-program: there is no such program in PATH"),
                "\(run.errors)")
        }

        @Test func aScriptThatWouldNotBeThereIsAMistake() async throws {
            try folder.write("print(1)", to: "train.py")
            try await Refusal.expect(
                "program: {command: [python3, train.py]}\nselect: {monitor: m, goal: minimize}\n",
                naming: "add it to program.files", in: folder)
            try await Refusal.expect(
                "program: {command: [python3, t.py], files: [t.py]}\nselect: {monitor: m, goal: minimize}\n", status: 1,
                naming: "program.files: t.py: No such file or directory", in: folder)
        }

        @Test func withoutProgramsAWorkerRunsNone() async throws {
            try write("echo val_loss=1")
            let coordinator = try RunningWinnow(
                ["coordinator", "e.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let worker = try RunningWinnow(["worker", try await coordinator.address(), "--no-programs"], in: folder)
            let end = try await coordinator.end()
            #expect(end.status == 2 && end.errors.contains("this worker runs no programs"), "\(end.errors)")
            _ = try await worker.end()
        }

        /// The events are PyTorch's own: Goldens/make_events.py.
        @Test(
            arguments: [
                ("tensorboard: runs", "mkdir -p runs/v1; cp events.out.tfevents.1 runs/v1/", [2, 1, 2.0 / 3]),
                (
                    "csv: logs/metrics.csv", "mkdir logs; printf 'epoch,val_loss\\n0,2\\n1,1\\n' > logs/metrics.csv",
                    [2, 1]
                ),
                (
                    "jsonl: out.jsonl", "echo '{\"val_loss\": 2}' > out.jsonl; echo '{\"val_loss\": 1}' >> out.jsonl",
                    [2, 1]
                ),
                ("pattern: {val_loss: 'is ([0-9.]+)'}", "echo it is 2; echo it is 1", [2, 1]),
            ] as [(String, String, [Double])])
        func metricsComeFromWhereTheyAre(_ source: String, _ script: String, _ values: [Double]) async throws {
            try write(script, program: "metrics: {\(source)}")
            let events = try Data(
                contentsOf: URL(fileURLWithPath: Repository.file("Tests/EndToEndTests/Goldens/events.out.tfevents.1")))
            try events.write(to: URL(fileURLWithPath: folder.file("events.out.tfevents.1")))
            let text = try String(contentsOfFile: folder.file("e.yaml"), encoding: .utf8)
            try folder.write(
                text.replacingOccurrences(of: "files: [train.sh]", with: "files: [train.sh, events.out.tfevents.1]"),
                to: "e.yaml")
            let run = try await run()
            try #require(run.status == 0, "\(run.errors)")
            let history = try StudyRecords(of: folder.file("study")).state.trials[0].history
            let found = history.compactMap { $0.metrics["val_loss"] }
            #expect(zip(found, values).allSatisfy { abs($0 - $1) < 1e-6 } && found.count == values.count, "\(found)")
            if source.hasPrefix("tensorboard") {
                #expect(history.map { $0.metrics["new"] } == [0, 1, 2] && history[1].metrics["loss.train"] == 0.5)
            }
        }

        @Test func twoTrialsNeverShareAGPU() async throws {
            try write(
                """
                mkdir "$SHARED/$CUDA_VISIBLE_DEVICES" || exit 3
                sleep 0.05
                rmdir "$SHARED/$CUDA_VISIBLE_DEVICES"
                echo "val_loss=$CUDA_VISIBLE_DEVICES"
                """, trials: 16, program: "needs: {gpus: 1}\n  environment: {SHARED: \"\(folder.path)\"}")
            let coordinator = try RunningWinnow(
                ["coordinator", "e.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let worker = try RunningWinnow(
                ["worker", try await coordinator.address(), "--gpus", "4,5,6,7", "--slots", "8"], in: folder,
                environment: ["CUDA_VISIBLE_DEVICES": "0,1,2,3,4,5,6,7"])
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            _ = try await worker.end()
            let used = try StudyRecords(of: folder.file("study")).state.trials.compactMap {
                $0.history.last?.metrics["val_loss"]
            }
            #expect(used.count == 16 && Set(used) == [4, 5, 6, 7], "\(used)")
        }

        /// The program counts in its checkpoint, and is gone on with where that stood.
        private static let counting = """
            n=$(cat "$WINNOW_CHECKPOINT/n" 2>/dev/null || echo 0)
            while [ $n -lt 6 ]; do
              n=$((n + 1)); echo $n > "$WINNOW_CHECKPOINT/n.part"; mv "$WINNOW_CHECKPOINT/n.part" "$WINNOW_CHECKPOINT/n"
              echo "{\\"epoch\\": $n, \\"val_loss\\": $n, \\"checkpoint\\": true, \\"process\\": $$}" >> "$WINNOW_METRICS"
              if [ $n = 3 ] && [ "$WINNOW_ATTEMPT" = 1 ]; then echo ready; sleep 86404 & wait; fi
            done
            """

        private func sleepers() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
                guard Int32(name) != nil, let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
                else { return false }
                return String(decoding: bytes, as: UTF8.self).contains("sleep\u{0}86404")
                    && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd"))?
                        .hasPrefix(folder.path) == true
            }
        }

        enum Victim: CaseIterable { case program, worker, coordinator }

        /// `kill -9` of whichever: nothing is left running, each epoch stands there once, and the trial goes on from its
        /// folder.
        @Test(arguments: Victim.allCases)
        func whoeverIsKilledNoAcknowledgedRowIsLostAndNoProcessLeft(_ victim: Victim) async throws {
            try write(Self.counting)
            let spool = folder.file("spool")
            mkdir(spool, 0o700)
            var coordinator = try RunningWinnow(
                ["coordinator", "e.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study", "--lease", "5s"],
                in: folder)
            let address = try await coordinator.address()
            var worker = try RunningWinnow(["worker", address, "--spool", spool], in: folder)
            try await coordinator.says("trial 0: epoch 3")
            try await eventually(timeout: .seconds(60)) {
                try StudyRecords(of: folder.file("study")).state.trials[0].last?.epoch == 3 && sleepers().count == 1
            } last: {
                try coordinator.errorsSoFar
            }
            let program = try #require(
                try StudyRecords(of: folder.file("study")).state.trials[0].history.last?.metrics["process"])
            switch victim {
            case .program:
                kill(pid_t(program), SIGKILL)
            case .worker:
                worker.send(SIGKILL)
                try await eventually(timeout: .seconds(60)) {
                    try sleepers().isEmpty
                } last: {
                    try sleepers()
                }
                worker = try RunningWinnow(["worker", address, "--spool", spool], in: folder)
            case .coordinator:
                coordinator.send(SIGKILL)
                _ = try await coordinator.end()
                coordinator = try RunningWinnow(
                    ["coordinator", "e.yaml", "--bind", address, "--study", "study"], in: folder)
                // It has the trial still, which goes on when what it waits for has ended.
                try await coordinator.says("worker")
                #expect(try sleepers().count == 1)
                kill(pid_t(try #require(sleepers().first))!, SIGKILL)
            }
            if victim == .program {
                let end = try await coordinator.end()
                #expect(end.status == 2 && end.errors.contains("signal 9 (SIGKILL)"), "\(end.errors)")
                _ = try await worker.end()
                #expect(try sleepers().isEmpty)
                let retry = try await Winnow.run("retry", "study", in: folder)
                #expect(retry.status == 0, "\(retry.errors)")
                let retried = try await run()
                #expect(retried.status == 0, "\(retried.errors)")
            } else {
                let end = try await coordinator.end()
                #expect(end.status == 0, "\(end.errors)")
                _ = try await worker.end()
            }
            let trial = try StudyRecords(of: folder.file("study")).state.trials[0]
            #expect(trial.history.map { $0.metrics["val_loss"] } == [1, 2, 3, 4, 5, 6], "\(trial.history)")
            #expect(trial.attempt == (victim == .coordinator ? 1 : 2))
            let processes = Set(trial.history.map { $0.metrics["process"] })
            #expect(processes.count == (victim == .coordinator ? 1 : 2))
        }

        /// The big file is in the second checkpoint as it was in the first; the trial that goes on finds both.
        @Test func aCheckpointOfManyFilesComesBackWhole() async throws {
            try write(
                """
                cd "$WINNOW_CHECKPOINT"
                if [ -e big ]; then
                  sha256sum --check --quiet sums && [ "$(cat sub/n)" = 3 ] || exit 4
                  echo '{"val_loss": 0}' >> "$WINNOW_METRICS"; exit 0
                fi
                head -c 9000000 /dev/urandom > big; mkdir sub; sha256sum big > sums
                for n in 1 2 3; do
                  echo $n > sub/n; head -c 300000 /dev/urandom > "new$n"; sha256sum big new* > sums
                  echo '{"val_loss": 1, "checkpoint": true}' >> "$WINNOW_METRICS"
                done
                exit 75
                """)
            let coordinator = try RunningWinnow(
                ["coordinator", "e.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], in: folder)
            let worker = try RunningWinnow(["worker", try await coordinator.address(), "--count", "1"], in: folder)
            #expect(try await worker.end().status == 0)
            let second = try RunningWinnow(["worker", try await coordinator.address()], in: folder)
            let end = try await coordinator.end()
            #expect(end.status == 0, "\(end.errors)")
            _ = try await second.end()
            let trial = try StudyRecords(of: folder.file("study")).state.trials[0]
            #expect(trial.history.map { $0.metrics["val_loss"] } == [1, 1, 1, 0] && trial.attempt == 2)
            let results = try await Winnow.run("results", "study", in: folder)
            #expect(results.output.contains("model:    study/trials/00000/last.tar"), "\(results.output)")
            let names = try Python.run(
                "import sys, tarfile; print(sorted(tarfile.open(sys.argv[1]).getnames()))",
                arguments: [folder.file("study/trials/00000/last.tar")])
            #expect(names.contains("'big'") && names.contains("'sub/n'"), "\(names)")
        }

        @Test func whatAProgramRanInIsKept() async throws {
            try write("echo val_loss=1")
            let made = try Python.run(
                """
                import subprocess, sys
                for words in ["init -q", "add e.yaml", "-c user.name=n -c user.email=e commit -q -m m"]:
                    subprocess.run(["git", "-C", sys.argv[1], *words.split()], check=True)
                """, arguments: [folder.path])
            #expect(made.isEmpty)
            try folder.write("#!/usr/bin/env python3\nprint('val_loss=1')\n", to: "train.sh")
            let run = try await run()
            try #require(run.status == 0, "\(run.errors)")
            let worker = try #require(try StudyRecords(of: folder.file("study")).state.workers.values.first)
            #expect(worker["interpreter"]?.contains("/python3") == true, "\(worker)")
            #expect(worker["interpreter_version"]?.hasPrefix("CPython 3.") == true && worker["git_commit"]?.count == 40)
            #expect(worker["git_state"]?.contains("not tracked") == true && worker["onednn"] != nil)
            let digest = try #require(worker["packages_sha256"])
            #expect(FileManager.default.fileExists(atPath: folder.file("study/environments/\(digest).txt")))
        }

        @Test func toldToStopItSavesAndGoesOnElsewhere() async throws {
            try write(
                """
                trap 'cat "$WINNOW_CHECKPOINT/.stop" > "$WINNOW_CHECKPOINT/why"; exit 75' TERM
                \(Self.counting)
                grep -q preempt "$WINNOW_CHECKPOINT/why" || exit 9
                """)
            let first = try RunningWinnow(["run", "e.yaml", "--workers", "1", "--study", "study"], in: folder)
            try await first.says("trial 0: epoch 3")
            first.send(SIGINT)
            #expect(try await first.end().status == 75)
            let end = try await run()
            #expect(end.status == 0, "\(end.errors)")
            let trial = try StudyRecords(of: folder.file("study")).state.trials[0]
            #expect(trial.history.map { $0.metrics["val_loss"] } == [1, 2, 3, 4, 5, 6] && trial.attempt == 2)
            #expect(trial.lostAttempts == 0)
        }

        @Test(arguments: [("digits", 8), ("shell", 6)]) func theExamplesRun(_ name: String, _ trials: Int) async throws
        {
            let run = try await Winnow.run(
                "run", Repository.file("Examples/programs/\(name).yaml"), "--workers", "2", "--study", "study",
                "--json",
                in: folder)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.trials().count { $0["state"] as? String == "completed" } == trials)
        }

        @Test func whatIsRecognisedInALogIsShown() async throws {
            try write("true")
            try folder.write("Epoch 0: val_loss=2\nEpoch 1: val_loss=1\n", to: "log")
            let check = try await Winnow.run("check", "e.yaml", "--try-metrics", "log", in: folder)
            #expect(check.status == 0)
            #expect(check.output.contains("2 epochs; metrics: val_loss; val_loss is among them"), "\(check.output)")
        }
    }
}
