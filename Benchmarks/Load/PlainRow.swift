import Schema
import Studies

/// Rows of an attempt that differ in their epoch alone, and their answers, coded without the library: a thousand played
/// workers share a core with the coordinator that is measured, and each of a thousand real ones has its own.
struct PlainRow {
    let id: AttemptID
    /// The study, as the message begins.
    private let study: ArraySlice<UInt8>
    /// The row's fields before and after its epoch.
    private let before: ArraySlice<UInt8>
    private let after: ArraySlice<UInt8>

    private static let (studyTag, rowTag, epochTag, storedTag): (UInt8, UInt8, UInt8, UInt8) = (0x09, 0x12, 0x18, 0x42)

    /// - Parameter row: its first epoch.
    init(_ row: Row) {
        id = row.id
        let bytes = EncodedRow(row).bytes
        study = bytes[..<9]
        var place = 10
        _ = Self.number(bytes, &place)
        let begin = place
        while bytes[place] != Self.epochTag {
            place += 1
            _ = Self.number(bytes, &place)
        }
        before = bytes[begin..<place]
        after = bytes[(place + 2)...]
    }

    func bytes(epoch: Int) -> [UInt8] {
        var number: [UInt8] = []
        Self.append(epoch, to: &number)
        var bytes = Array(study)
        bytes.reserveCapacity(16 + before.count + number.count + after.count)
        bytes.append(Self.rowTag)
        Self.append(before.count + 1 + number.count + after.count, to: &bytes)
        bytes += before
        bytes.append(Self.epochTag)
        bytes += number
        bytes += after
        return bytes
    }

    /// The epoch of an acknowledgement that says nothing else; nil for all other messages.
    static func storedEpoch(_ frames: [[UInt8]]) -> Int? {
        guard frames.count == 1, frames[0].count > 12, frames[0][0] == studyTag, frames[0][9] == storedTag else {
            return nil
        }
        let bytes = frames[0]
        var place = 10
        _ = number(bytes, &place)
        // The attempt, and behind it the epoch.
        guard place + 1 < bytes.count, bytes[place] == 0x0A else { return nil }
        place += 1
        let length = number(bytes, &place)
        place += length
        guard place < bytes.count, bytes[place] == 0x10 else { return nil }
        place += 1
        let epoch = number(bytes, &place)
        return place == bytes.count ? epoch : nil
    }

    private static func number(_ bytes: [UInt8], _ place: inout Int) -> Int {
        var (value, shift) = (0, 0)
        while place < bytes.count {
            let byte = Int(bytes[place])
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return value
    }

    private static func append(_ value: Int, to bytes: inout [UInt8]) {
        var value = UInt(value)
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
