import Experiments
import Testing

@Suite struct StudyNameTests {
    @Test(arguments: [
        ("..", "begin with a dot"), (".", "begin with a dot"), (".hidden", "begin with a dot"),
        ("a/b", "have a slash"), ("/tmp/x", "have a slash"), ("\"a\\tb\"", "tab"), ("\"a\\nb\"", "line break"),
        ("\"a\\u2028b\"", "line break"), ("\"\\e[31mred\"", "control character"), ("\"a\\0b\"", "control character"),
        ("' a'", "begin or end with a space"),
    ])
    func thatIsNoFoldersIsRefused(_ name: String, _ reason: String) throws {
        let line = try #require(complaint(classification + "name: \(name)\n"))
        #expect(line.hasPrefix("e.yaml:3:7: name: a name must not "), "\(line)")
        #expect(line.contains(reason), "\(line)")
    }

    @Test func tooLong() throws {
        #expect(complaint(classification + "name: \(String(repeating: "a", count: 200))\n") == nil)
        #expect(
            try #require(complaint(classification + "name: \(String(repeating: "ä", count: 101))\n"))
                .hasPrefix("e.yaml:3:7: name: a name has at most 200 bytes"))
    }

    @Test(arguments: ["digits-cnn", "a name, with: everything", "v1.2", "größe 漢字 🌾", "no", "-"])
    func othersAreTaken(_ name: String) throws {
        #expect(try read(classification + "name: '\(name)'\n").experiment.name == name)
    }
}
