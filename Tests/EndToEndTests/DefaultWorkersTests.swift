import Glibc
import TestSupport
import Testing

extension Studies {
    /// How many workers `winnow run` starts when nobody says.
    @Suite struct DefaultWorkersTests {
        private static let onOneProcessor =
            #"first=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/'); exec taskset -c "$first" "$0" "$@""#

        @Test func theAffinityMaskIsFollowed() async throws {
            let folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.slow, to: "slow.yaml")
            let running = try RunningWinnow(
                ["run", "slow.yaml", "--study", "study", "--set", "train.epochs=1000"], in: folder,
                // The first processor that this process itself may use.
                program: ["sh", "-c", Self.onOneProcessor, binaryPath("winnow")])
            try await running.says("trial 0 started")
            #expect(try running.children.count == 1)
            running.send(SIGTERM)
            #expect(try await running.end().status == 75)
        }
    }
}
