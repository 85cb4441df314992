import Experiments
import Testing

@Suite struct ByteCountSpellingTests {
    @Test(arguments: [
        ("1B", 1), ("999B", 999), ("1kB", 1000), ("20GB", 20_000_000_000), ("3TB", 3_000_000_000_000),
        ("1KiB", 1024), ("512MiB", 512 << 20), ("5GiB", 5 << 30), ("1TiB", 1 << 40), ("0B", 0),
    ])
    func reads(_ text: String, _ bytes: Int) throws {
        let count = try #require(ByteCountSpelling(text))
        #expect(count.bytes == bytes)
        #expect(count.text == text)
    }

    @Test(arguments: ["", "20", "GB", "-1GB", "+1GB", "1.5GB", "20 GB", "20gb", "20g", "20Gb", "9999999999TB", "１GB"])
    func refuses(_ text: String) {
        #expect(ByteCountSpelling(text) == nil)
    }

    @Test func writesTheLargestUnitThatNeedsNoFraction() {
        #expect(ByteCountSpelling(1500).text == "1500B")
        #expect(ByteCountSpelling(1_500_000).text == "1500kB")
        #expect(ByteCountSpelling(2048).text == "2KiB")
    }
}
