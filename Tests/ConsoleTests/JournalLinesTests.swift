import Console
import Studies
import Testing

@Suite struct JournalLinesTests {
    /// A terminal must not obey what a worker said.
    @Test(arguments: ["a\nb", "a\u{1B}b", "a\u{7F}b", "a\u{9B}b", "a\u{2028}b"])
    func aRecordIsOneLine(_ detail: String) {
        var lines = JournalLines()
        let ended = JournalRecord.AttemptEnded(
            id: .init(trial: 3, attempt: 1), reason: .lost, detail: detail, unix: 0)
        let line = lines.text(.attemptEnded(ended))
        #expect(line.contains("trial 3") && line.contains("a b"), "\(line.debugDescription)")
    }
}
