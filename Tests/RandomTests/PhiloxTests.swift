import Random
import Testing

@Suite("Philox4x32-10")
struct PhiloxTests {
    /// The known-answer vectors that Random123 publishes (`examples/kat_vectors`): key, counter, result.
    @Test(
        "gives Random123's published answers",
        arguments: [
            (
                SIMD2<UInt32>(0, 0), SIMD4<UInt32>(0, 0, 0, 0),
                SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
            ),
            (
                SIMD2(0xffff_ffff, 0xffff_ffff), SIMD4(0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff),
                SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
            ),
            (
                SIMD2(0xa409_3822, 0x299f_31d0), SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
            ),
        ])
    func knownAnswers(key: SIMD2<UInt32>, counter: SIMD4<UInt32>, expected: SIMD4<UInt32>) {
        #expect(Philox4x32(key: key).block(at: counter) == expected)
    }
}
