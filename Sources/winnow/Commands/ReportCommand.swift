import ArgumentParser
import Charts
import StudyStore

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a study, finished or not, as one HTML page that needs no network.",
        discussion: """
            The page, report.html in the study's folder, shows the winner and whether it is more than noise, the best \
            hundred points and trials, the winner's curves, confusion matrices and reliability, and the provenance of the \
            numbers. It holds the data of all trials as CSV.

            Example: winnow report studies/mnist --figures figures
            """)

    @Argument(help: "The study's folder.", completion: .directory)
    var study: String

    @Option(
        help: ArgumentHelp(
            """
            Also writes each figure as an SVG file into this folder: comparison, losses-POINT of the hundred best points, \
            confusion of up to 40 classes, reliability.
            """,
            valueName: "dir"),
        completion: .directory)
    var figures: String?

    func run() throws {
        let reader = try StudyReader(StudyFolder(study))
        let report = try Report(reader)
        if let figures {
            let folder = StudyFolder(figures)
            try folder.create()
            for (name, picture) in report.figures {
                try AtomicFile.write(picture.file, to: "\(folder.path)/\(name).svg")
            }
            if report.pointsWithoutFigure > 0 {
                Terminal.errors.line(
                    "\(folder.path) has the curves of the best points; \(report.pointsWithoutFigure) are left out")
            }
        }
        let path = "\(reader.folder.path)/report.html"
        try AtomicFile.write(report.page, to: path)
        print(path)
    }
}
