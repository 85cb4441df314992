import ArgumentParser
import Coordinator
import Experiments
import Studies
import StudyStore

struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuilds study.h5 from the journal, and verifies the journal and the checkpoints.",
        discussion: """
            A journal that is damaged in its middle is refused, unless --salvage is given: then the whole and consistent \
            records become the journal, and the damaged one is kept beside it.

            Example: winnow rebuild studies/mnist
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Flag(help: "Keeps the whole records of a damaged journal, and lists what is lost.")
    var salvage = false

    func run() throws {
        let folder = StudyFolder(study)
        let text = try StoredText.read(folder.experimentPath, of: folder)
        let resolved = try StoredText.read(folder.resolvedPath, of: folder)
        let terms = StudyTerms(try ExperimentFile(text: resolved, name: folder.resolvedPath).experiment)
        let rebuild = try StudyRebuild(
            folder, terms: terms, provenance: Provenance(experiment: text, resolved: resolved), salvages: salvage,
            unix: StudyClock().now.unix)
        if let salvage = rebuild.salvage { tell(salvage, damagedJournal: rebuild.damagedJournal ?? "") }
        for path in rebuild.badCheckpoints {
            Terminal.errors.line("\(path): is missing, or other bytes than the journal says")
        }
        // Missing ones were listed above, one by one.
        for note in ModelFile.notes(on: rebuild.state.trials.filter { $0.best == nil }, in: folder) {
            Terminal.errors.line(note)
        }
        let epochs = rebuild.state.trials.reduce(0) { $0 + $1.history.count }
        Terminal.errors.line(
            "\(folder.studyFilePath): made anew, of \(rebuild.state.trials.count) trials and \(epochs) epochs")
    }

    private func tell(_ salvage: JournalSalvage, damagedJournal: String) {
        for damage in salvage.damage {
            Terminal.errors.line("\(damage.path): lost: \(damage.count) bytes at byte \(damage.offset)")
        }
        for name in salvage.missingSegments {
            Terminal.errors.line("\(study)/journal/\(name): lost: the whole segment is missing")
        }
        Terminal.errors.line(
            "kept \(salvage.records.count) records; left out \(salvage.contradicting) that do not follow from what is left, "
                + "and \(salvage.unreadable) that cannot be read; the damaged journal is in \(damagedJournal)")
        if salvage.state.created == nil {
            Terminal.errors.line(
                "the record of what was asked for is among the lost: the study can be looked at, but not gone on with")
        }
    }
}
