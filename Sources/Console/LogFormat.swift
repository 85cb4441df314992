/// How log lines look.
package enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// The words alone, for a person who watches.
    case plain
    /// Time, level, words, and then what they are about: for files that people and `grep` read.
    case text
    /// One JSON object a line, for programs.
    case json
}
