import Experiments
import Studies
import StudyStore
import TestSupport
import Testing

struct StudyReaderTests {
    private let directory: TemporaryDirectory
    private let folder: StudyFolder

    init() throws {
        directory = try TemporaryDirectory()
        folder = StudyFolder(directory.file("study/"))
    }

    @Test func readsWhileACoordinatorWrites() throws {
        let lock = try StudyLock(folder)
        try AtomicFile.write("seed: 1", to: folder.experimentPath)
        try AtomicFile.write("seed: 1\nname: x", to: folder.resolvedPath)
        let journal = try Journal.open(folder).journal
        #expect(try StudyReader(folder).state == StudyState())
        for record in SampleStudy.records {
            journal.append(record)
            try journal.commit()
        }
        let reader = try StudyReader(folder)
        #expect(reader.experiment == "seed: 1")
        #expect(reader.resolved == "seed: 1\nname: x")
        #expect(reader.state.trials.map(\.phase) == [.completed, .failed])
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: ["missing", "", "file"])
    func saysWhereThereIsNoStudy(_ name: String) throws {
        try directory.write("x", to: "file")
        let folder = StudyFolder(directory.file(name))
        #expect(throws: StudyStoreError(.noStudy, path: folder.path)) { try StudyReader(folder) }
    }

    @Test func saysWhichRecordContradictsTheOthers() throws {
        try folder.create()
        try AtomicFile.write("", to: folder.experimentPath)
        try AtomicFile.write("", to: folder.resolvedPath)
        let journal = try Journal.open(folder).journal
        journal.append(SampleStudy.epoch(3, attempt: 1, 1, loss: 0))
        try journal.commit()
        let error = #expect(throws: StudyStoreError.self) { try StudyReader(folder) }
        #expect(error?.description.hasSuffix("the journal contradicts itself: there is no trial 3") == true)
    }

    @Test(arguments: [
        ("a/b/", "a/b/trials/00042/best.h5"), ("/", "//trials/00042/best.h5"), ("", "./trials/00042/best.h5"),
    ])
    func pathsStayWithinTheFolder(_ path: String, _ best: String) {
        #expect(StudyFolder(path).checkpointPath(trial: 42, .best) == best)
        #expect(StudyFolder.relativeCheckpointPath(trial: 123_456, .last) == "trials/123456/last.h5")
    }
}
