import ArgumentParser
import Charts
import StudyStore

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a study, finished or not, as one HTML page that needs no network.",
        discussion: """
            The page, report.html in the study's folder, tells what won and whether that is more than noise, and holds \
            every trial, the winner's curves and confusion matrices, and where the numbers come from.

            Example: winnow report studies/mnist --figures figures
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Option(
        help: ArgumentHelp(
            "Also writes each picture as an SVG file into this folder: comparison, losses-POINT, confusion.",
            valueName: "dir"),
        completion: .directory)
    var figures: String?

    func run() throws {
        try Failure.translating {
            let reader = try StudyReader(StudyFolder(study))
            let report = try Report(reader)
            if let figures {
                let folder = StudyFolder(figures)
                try folder.create()
                for (name, picture) in report.figures {
                    try AtomicFile.write(picture.file, to: "\(folder.path)/\(name).svg")
                }
            }
            let path = "\(reader.folder.path)/report.html"
            try AtomicFile.write(report.page, to: path)
            print(path)
        }
    }
}
