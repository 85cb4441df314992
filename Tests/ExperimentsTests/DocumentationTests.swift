import Architecture
import Experiments
import Foundation
import Testing
import Yams

/// `Docs/experiment-file.md` and `Examples/` are true.
@Suite struct DocumentationTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func page() throws -> String {
        try String(contentsOf: root.appending(path: "Docs/experiment-file.md"), encoding: .utf8)
    }

    /// The YAML blocks of the page; one that leaves `data` or `model` out shows other sections, and is completed.
    static func blocks() throws -> [String] {
        try page().components(separatedBy: "```yaml\n").dropFirst().map { part in
            var block = part.components(separatedBy: "```")[0]
            if !("\n" + block).contains("\ndata:") { block += "data: {source: mnist-5k}\n" }
            if !("\n" + block).contains("\nmodel:") { block += "model: {preset: mnist_cnn}\n" }
            return block
        }
    }

    @Test func everyBlockOfThePageIsAnExperiment() throws {
        let blocks = try Self.blocks()
        #expect(blocks.count >= 16)
        for block in blocks {
            #expect(complaint(block) == nil, "\(block)")
        }
    }

    @Test func everyBlockOfThePageFitsItsData() throws {
        let fitting = try Self.blocks().filter { try Self.fitsItsData(read($0)) }
        #expect(fitting.count >= 15)
    }

    @Test func everyBlockOfThePageSurvivesItsResolution() throws {
        for block in try Self.blocks() {
            let file = try read(block)
            let again = try read(file.resolvedYAML())
            #expect(again.experiment == file.experiment, "\(block)")
            #expect(again.identity == file.identity, "\(block)")
        }
    }

    /// What a key may be is what its error lists when it is something else.
    @Test(arguments: [
        "model: {preset: zzz}", "model: {layers: [zzz]}", "model: {preset: mlp, initialization: zzz}",
        "loss: {kind: zzz}", "data: {source: zzz}", "data: {source: {zzz: 1}}",
        "data: {source: digits, augment: [zzz]}", "data: {source: digits, sampler: zzz}",
        "pseudo_label: zzz", "loss: {class_weights: zzz}", "loss: {label_smoothing: {amount: 0, spread: zzz}}",
        "optimizer: {kind: zzz}", "optimizer: {learning_rate_schedule: zzz}",
    ])
    func everyWordIsOnThePage(_ section: String) throws {
        let page = try Self.page()
        let data =
            (section.hasPrefix("data") ? "" : "data: {source: digits}\n")
            + (section.hasPrefix("model") ? "" : "model: {preset: mlp}\n")
        let words = try #require(complaint(data + section + "\n")).components(separatedBy: "there are: ")
        try #require(words.count == 2)
        for word in words[1].components(separatedBy: ", ") {
            #expect(page.contains("`\(word)`"), "\(word)")
        }
    }

    @Test func theMistakeOnThePageIsReportedSo() throws {
        let first = try #require(try Self.blocks().first)
        let line = complaint(first.replacing("{kind: adam", with: "{knd: adam"))
        let shown = try #require(line).replacing("e.yaml", with: "digits.yaml")
        #expect(try Self.page().contains("    \(shown)\n"))
    }

    @Test func everyDefaultOfThePageIsTheDefault() throws {
        let resolved = try Yams.load(yaml: read(classification).resolvedYAML())
        var checked = 0
        for row in try Self.page().split(separator: "\n") where row.hasPrefix("| `") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let key = Self.leadingWord(cells.first), let wanted = Self.word(cells.last), cells.count == 4 else {
                continue
            }
            let found = key.split(separator: ".").reduce(resolved) { ($0 as? [String: Any])?[String($1)] }
            #expect(found.map { "\($0)" } == wanted, "\(key)")
            checked += 1
        }
        #expect(checked >= 23)
    }

    /// A key, without the kinds that have it: "`optimizer.beta1` (`adam`)".
    private static func leadingWord(_ cell: String?) -> String? {
        cell?.split(separator: " ").first.flatMap { word(String($0)) }
    }

    /// The text of a cell that is one word in backticks.
    private static func word(_ cell: String?) -> String? {
        guard let cell, cell.count > 2, cell.first == "`", cell.last == "`" else { return nil }
        let word = cell.dropFirst().dropLast()
        return word.contains("`") ? nil : String(word)
    }

    @Test func everyKeyIsOnThePage() throws {
        let page = try Self.page()
        for text in ResolvedTests.files + (try Self.blocks()) {
            let file = try read(text)
            let resolved = file.resolvedYAML()
            // A table's own, and a model's.
            var columns = Set(file.experiment.training?.optimizer.layerRates.keys.map { $0 } ?? [])
            if case .csv(let table) = file.experiment.builtIn.data.source { columns.formUnion(table.columns.keys) }
            for line in resolved.split(separator: "\n") {
                let key = line.drop { " -".contains($0) }.prefix { $0 != ":" }
                guard line.contains(":"), !key.contains("."), !key.contains("\""), !columns.contains(String(key))
                else { continue }
                let isThere = page.contains("`\(key)`") || page.contains(".\(key)`")
                #expect(isThere, "\(key)")
            }
        }
    }

    @Test(arguments: [("mnist.yaml", 4), ("housing.yaml", 20), ("digits.yaml", 12)])
    func examplesAreExperiments(_ name: String, _ trials: Int) throws {
        let text = try String(contentsOf: Self.root.appending(path: "Examples/\(name)"), encoding: .utf8)
        let file = try ExperimentFile(text: text, name: name)
        #expect(file.experiment.search.trials == trials)
        #expect(try Self.fitsItsData(file))
    }

    /// Files of techniques and of the article, each against a baseline; the article's early stopping has none.
    @Test(arguments: ["techniques", "article"])
    func techniquesAreExperiments(_ folder: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/Examples/\(folder)")
        #expect(files.count >= (folder == "techniques" ? 13 : 4))
        for name in files.sorted() {
            let text = try String(contentsOf: Self.root.appending(path: "Examples/\(folder)/\(name)"), encoding: .utf8)
            let file = try ExperimentFile(text: text, name: name)
            #expect(try Self.fitsItsData(file), "\(name)")
            let search = file.experiment.search
            guard name != "early-stopping.yaml" || folder == "techniques" else { continue }
            #expect(search.seeds >= 3 && search.points >= 2 && search.parameters.count == 1, "\(name)")
        }
    }

    /// - Returns: false for data that is not shipped.
    private static func fitsItsData(_ file: ExperimentFile) throws(ExperimentError) -> Bool {
        switch file.experiment.builtIn.data.source {
        case .builtIn(.mnist5k), .builtIn(.mnist), .builtIn(.fashionMNIST):
            try file.check(with: SampleFacts(shape: [1, 28, 28], classes: 10))
        case .builtIn(.digits): try file.check(with: SampleFacts(shape: [1, 8, 8], classes: 10))
        case .builtIn(.cifar10): try file.check(with: SampleFacts(shape: [3, 32, 32], classes: 10))
        case .builtIn(.housing): try file.check(with: SampleFacts(shape: [13], classes: nil))
        case .csv, .idx, .cifar10, .images, .hdf5, .npz: return false
        }
        return true
    }
}
