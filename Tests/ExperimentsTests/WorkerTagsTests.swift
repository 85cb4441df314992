import Experiments
import Testing

@Suite struct WorkerTagsTests {
    @Test func readsAList() {
        #expect(WorkerTags.read("gpu") == ["gpu"])
        #expect(WorkerTags.read("gpu,big.mem-2,a_b,gpu") == ["gpu", "big.mem-2", "a_b"])
    }

    @Test(arguments: ["", ",", "gpu,", "gpu, cpu", "big mem", "gpü", "a/b", String(repeating: "a", count: 65)])
    func refuses(_ text: String) {
        #expect(WorkerTags.read(text) == nil)
    }

    @Test func aSingleTagIsAListOfOne() throws {
        #expect(try read(classification + "requires: gpu\n").experiment.requires == ["gpu"])
        #expect(try read(classification).experiment.requires == [])
    }
}
