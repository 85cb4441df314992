import ArgumentParser
import Experiments

/// Tags with commas between them: `gpu,bigmem`.
struct TagsArgument: ExpressibleByArgument {
    let tags: [String]

    init?(argument: String) {
        guard let tags = WorkerTags.read(argument) else { return nil }
        self.tags = tags
    }
}
