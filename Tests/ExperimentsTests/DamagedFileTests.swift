import Experiments
import TestSupport
import Testing

/// Whatever stands in a file, reading it ends with an experiment or with one line.
@Suite struct DamagedFileTests {
    @Test(arguments: SeededCases(1000))
    func aDamagedFileIsReadOrRefusedWithOneLine(_ testCase: SeededCase) throws {
        var random = testCase.random
        var scalars = Array(try #require(ResolvedTests.files.randomElement(using: &random)).unicodeScalars)
        let noise = Array("{}[]:,-?&*!|>'\"%@`# \n\t0.e~a\u{0}\u{85}\u{2028}\u{1F33E}".unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0..<scalars.count, using: &random)
            let scalar = try #require(noise.randomElement(using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: scalars[at] = scalar
            case 1: scalars.insert(scalar, at: at)
            case 2: scalars.remove(at: at)
            default: scalars.removeSubrange(at..<min(at + 20, scalars.count))
            }
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        guard let line = complaint(text) else { return }
        // Behind it the search goes on, whatever the damage.
        let lines = ExperimentFile.mistakes(in: text, name: "e.yaml").map(\.description)
        #expect(lines.contains(line), "\(testCase): \(lines)")
        #expect(Set(lines).count == lines.count, "\(testCase): \(lines)")
        #expect(line.hasPrefix("e.yaml"), "\(testCase)")
        #expect(line.split(whereSeparator: \.isNewline).count == 1, "\(testCase)")
    }

    @Test func aLineBreakInAKeyIsEscaped() {
        #expect(
            complaint(classification + "\"a\\nb\": 1\n")
                == #"e.yaml:3:1: a\nb: unknown key "a\nb"; "#
                + "there are: name, seed, program, data, model, loss, regularize, pseudo_label, optimizer, train, select, checkpoint, "
                + "requires, search"
        )
    }
}
