import Hashing
import Testing

struct CRC32CTests {
    /// Source: RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0x00, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(UInt8(0)..<32), 0x46DD_794E),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func hasThePublishedValue(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(bytes) == expected)
    }
}
