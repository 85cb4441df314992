import Charts
import Experiments
import Studies
import Foundation
import TestSupport
import Testing

/// Another program draws the pictures: `scripts/bootstrap` installs it.
struct RenderingTests {
    private var pictures: [Picture] {
        get throws {
            let file = try SampleStudy.file()
            let full = Report(
                name: "n", experiment: "", resolved: "", train: file.experiment.train,
                terms: StudyTerms(file.experiment), state: try SampleStudy.state())
            let empty = Report(
                name: "n", experiment: "", resolved: "", train: file.experiment.train,
                terms: StudyTerms(file.experiment), state: StudyState())
            return full.figures.map(\.picture) + empty.figures.map(\.picture)
        }
    }

    @Test func rsvgDrawsEveryPicture() throws {
        let folder = try TemporaryDirectory()
        let pictures = try pictures
        #expect(pictures.count == 8)
        for (index, picture) in pictures.enumerated() {
            let source = try folder.write(picture.file, to: "\(index).svg")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["rsvg-convert", source, "--output", folder.file("\(index).png")]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(picture.title)")
            let image = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(index).png")))
            // PNG's signature, and more than an empty picture of this size takes.
            #expect(image.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]) && image.count > 2000, "\(picture.title)")
        }
    }
}
