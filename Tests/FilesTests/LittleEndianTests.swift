import Testing

import Files

@Suite struct LittleEndianTests {
    @Test func theLowestByteIsFirst() {
        #expect(UInt32(0x0102_0304).littleEndianBytes == [4, 3, 2, 1])
        #expect(Int64(-2).littleEndianBytes == [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect([UInt16(1), 0x0203].littleEndianBytes == [1, 0, 3, 2])
    }
}
