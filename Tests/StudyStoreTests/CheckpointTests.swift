import Experiments
import Studies
import StudyStore
import TestSupport
import Testing

struct CheckpointTests {
    @Test func bestKeepsEveryBit() throws {
        let checkpoint = SampleCheckpoint.best
        let decoded = try Checkpoint(decoding: checkpoint.encode())
        for (array, original) in zip(decoded.modelState, checkpoint.modelState) {
            #expect(array.values.map(\.bitPattern) == original.values.map(\.bitPattern))
        }
        #expect(decoded.modelState.map(\.shape) == checkpoint.modelState.map(\.shape))
        #expect(decoded.modelState.map(\.name) == checkpoint.modelState.map(\.name))
        #expect(decoded.id == checkpoint.id)
        #expect(decoded.seed == .max)
        #expect(decoded.epoch == checkpoint.epoch)
        #expect(decoded.experiment == checkpoint.experiment)
        #expect(decoded.resume == nil)
    }

    @Test func lastKeepsAllThatResumingNeeds() throws {
        let checkpoint = SampleCheckpoint.last
        #expect(try Checkpoint(decoding: checkpoint.encode()) == checkpoint)

        var bare = checkpoint
        bare.resume?.bestState = nil
        bare.resume?.earlyStopping = nil
        bare.resume?.schedule = .init()
        bare.resume?.history = []
        bare.resume?.optimizerState = []
        #expect(try Checkpoint(decoding: bare.encode()) == bare)
    }

    @Test(arguments: [-Double.infinity, 5, nil]) func keepsTheSchedulesState(best: Double?) throws {
        var checkpoint = SampleCheckpoint.last
        checkpoint.resume?.schedule = .init(best: best, badEpochs: 3, factor: 0.1.nextUp)
        #expect(try Checkpoint(decoding: checkpoint.encode()).resume?.schedule == checkpoint.resume?.schedule)
    }

    /// Such files were written before there were schedules.
    @Test func readsACheckpointWithoutAScheduleAsOneAtItsBeginning() throws {
        var expected = SampleCheckpoint.last
        expected.resume?.schedule = .init()
        let bytes = try changed(["del f['schedule_state'].attrs['learning_rate']"])[0]
        #expect(try Checkpoint(decoding: bytes) == expected)
    }

    @Test func equalCheckpointsHaveEqualBytes() throws {
        #expect(try SampleCheckpoint.last.encode() == SampleCheckpoint.last.encode())
    }

    @Test func namesWhatIsMissingAndWhatMakesNoSense() throws {
        for (spoiled, bytes) in try spoiledFiles() {
            let error = #expect(throws: StudyStoreError.self, "\(spoiled.change)") { try Checkpoint(decoding: bytes) }
            #expect(
                error?.description.contains(spoiled.words) == true, "\(spoiled.change): \(String(describing: error))")
        }
    }

    @Test func refusesCutAndForeignBytes() throws {
        let bytes = try SampleCheckpoint.best.encode()
        for image in [Array(bytes.prefix(bytes.count / 2)), [], Array("not HDF5".utf8)] {
            #expect(throws: StudyStoreError.self) { try Checkpoint(decoding: image) }
        }
    }

    @Test func refusesNamesThatNoGroupCanHold() throws {
        var checkpoint = SampleCheckpoint.best
        checkpoint.modelState[0].name = "layer/weight"
        #expect(throws: StudyStoreError(.unencodable("an array may not be named \"layer/weight\""))) {
            try checkpoint.encode()
        }
        checkpoint.modelState[0].name = checkpoint.modelState[1].name
        #expect(throws: StudyStoreError.self) { try checkpoint.encode() }
        checkpoint = SampleCheckpoint.best
        checkpoint.epoch = 1 << 40
        #expect(throws: StudyStoreError.self) { try checkpoint.encode() }
    }

    @Test func encodesAtTheSpeedOfMemory() throws {
        var checkpoint = SampleCheckpoint.last
        let count = 31_000_000 / 4
        let values = [Float](repeating: 0.5, count: count)
        let state = [NamedArray(name: "10.weight", shape: [count / 1000, 1000], values: values)]
        checkpoint.modelState = state
        checkpoint.resume?.optimizerState = state + [NamedArray(name: "11", shape: [count], values: values)]
        checkpoint.resume?.bestState = nil
        var clock = ProcessorClock()
        let bytes = try checkpoint.encode()
        let encoding = clock.lap()
        let decoded = try Checkpoint(decoding: bytes)
        print("checkpoint: \(bytes.count / 1_000_000) MB encoded in \(encoding) s, decoded in \(clock.lap()) s of CPU")
        #expect(decoded == checkpoint)
    }

    /// A change of a good file `f` in Python, and words of the error that it must lead to.
    private struct Spoiled {
        var change: String
        var words: String

        static let all =
            ["model_state", "optimizer_state", "random_state", "schedule_state", "history", "history/epoch"].map {
                Spoiled(change: "del f['\($0)']", words: $0)
            }
            + [
                ("/", "format"), ("/", "version"), ("/", "kind"), ("/", "experiment"), ("/", "trial"),
                ("/", "attempt"), ("/", "seed"), ("/", "epoch"), ("random_state", "generator"),
                ("random_state", "seed"), ("schedule_state", "step_count"), ("schedule_state", "epoch"),
                ("schedule_state", "step"), ("schedule_state", "loss_sum"), ("schedule_state", "sample_count"),
                ("schedule_state", "elapsed_s"), ("schedule_state", "selection"),
            ].map { Spoiled(change: "del f['\($0)'].attrs['\($1)']", words: "@\($1)") }
            + [
                ("f.attrs['format'] = text('other')", "its format is \"other\""),
                ("f.attrs['version'] = numpy.int32(2)", "format version 2"),
                ("f.attrs['kind'] = text('middle')", "its kind is \"middle\""),
                ("f.attrs['seed'] = text('-1')", "/@seed is \"-1\""),
                ("f.attrs['seed'] = text('8')", "two different seeds"),
                ("f['random_state'].attrs['generator'] = text('mt19937')", "those of \"mt19937\""),
                ("f['schedule_state'].attrs['step_count'] = 0.5", "@step_count is 0.5"),
                ("f['schedule_state'].attrs['selection'] = text('{}')", "@selection is \"{}\""),
                ("f['schedule_state'].attrs['learning_rate'] = text('{}')", "@learning_rate is \"{}\""),
                ("del f['history/attempt']; f['history/attempt'] = numpy.zeros(1, 'i4')", "differ in length"),
            ].map { Spoiled(change: $0, words: $1) }
    }

    private func spoiledFiles() throws -> [(Spoiled, [UInt8])] {
        Array(zip(Spoiled.all, try changed(Spoiled.all.map(\.change))))
    }

    /// A good file after each of some changes.
    private func changed(_ changes: [String]) throws -> [[UInt8]] {
        let directory = try TemporaryDirectory()
        try AtomicFile.write(SampleCheckpoint.last.encode(), to: directory.file("good.h5"))
        _ = try Python.run(
            """
            import sys, os, shutil, h5py, numpy
            def text(s): return numpy.array(s.encode(), h5py.string_dtype('utf-8', len(s)))
            os.chdir(sys.argv[1])
            for index, change in enumerate(sys.argv[2:]):
                shutil.copy('good.h5', f'{index}.h5')
                with h5py.File(f'{index}.h5', 'r+') as f:
                    exec(change)
            """, arguments: [directory.path] + changes)
        return try changes.indices.map { try DiskFile(directory.file("\($0).h5")).bytes }
    }
}
