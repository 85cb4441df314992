import Console
import Coordinator
import Experiments
import Studies
import StudyStore
import Testing
import Schema

@Suite struct StatusReportTests {
    private let folder = StudyFolder("studies/mnist")

    @Test func tellsOfARunningStudy() {
        #expect(
            StatusReport(folder, .sample).text(columns: nil) == """
                studies/mnist: running (generation 3 of its coordinator)
                48 trials: 30 completed, 1 failed, 2 running, 3 paused, 12 waiting
                checkpoints: 120 MB
                trial 17 waits for its worker to come back, 12 s more

                             worker                state  trial  epoch            step  silent  slots   host        tags
                alpha-4711-ab12cd34             training     41      3         120/375   0.3 s    2/2  alpha  gpu,bigmem
                                                             42      1  teacher 12/375                                  
                       beta-99-12ab  suspect, distrusted                                 4.2 s    0/1   beta            

                """)
    }

    @Test(arguments: [(true, nil, "paused"), (false, true, "stopping"), (false, false, "finished")])
    func tellsWhatItIsDoing(_ isPaused: Bool, _ isStopping: Bool?, _ word: String) {
        var status = CoordinatorStatus.sample
        status.isPaused = isPaused
        status.draining = isStopping.map { $0 ? .interrupted : .finished }
        #expect(StatusReport(folder, status).text(columns: nil).hasPrefix("studies/mnist: \(word)"))
    }

    @Test func diskTroubleCannotBeOverlooked() {
        var status = CoordinatorStatus.sample
        status.diskTrouble = "write journal/00000001.wnj: No space left on device"
        #expect(
            StatusReport(folder, status).text(columns: nil).contains(
                "\nDISK TROUBLE: nothing is given out until this works again: write journal/00000001.wnj: No space left"
            ))
    }

    @Test func aStudyAtRestIsToldFromItsJournal() throws {
        var state = StudyState()
        let id = AttemptID(trial: 0, attempt: 1)
        for record in [
            .studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)),
            .trialCreated(.init(trial: 0, point: 0, replicate: 0, seed: 1, assignment: [])),
            .trialCreated(.init(trial: 1, point: 1, replicate: 0, seed: 2, assignment: [])),
            .attemptStarted(.init(id: id, worker: "w", fromEpoch: 0, unix: 0)),
            .studyPaused(.init(paused: true, unix: 0)),
        ] as [JournalRecord] {
            try state.apply(record)
        }
        #expect(
            StatusReport(folder, state).text(columns: nil) == """
                studies/mnist: no coordinator is at work here; the study is paused
                2 trials: 0 completed, 1 interrupted, 1 waiting

                """)
    }

    @Test(arguments: [40, 60, 80, 100])
    func keepsToNarrowTerminals(_ columns: Int) {
        let text = StatusReport(folder, .sample).text(columns: columns)
        for line in text.split(separator: "\n") {
            // The note that columns are missing is the table's own.
            #expect(line.count <= columns || line.hasPrefix("("), "\(line)")
        }
        #expect(text.contains("alpha-4711-ab12cd34"))
    }
}
