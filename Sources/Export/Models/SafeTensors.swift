internal import Files
internal import Foundation
package import Prediction
internal import StudyStore

/// A model's weights in the form of Hugging Face's `safetensors`, under PyTorch's names.
///
/// Source: https://github.com/huggingface/safetensors, "Format": the header's length in 8 bytes, the header in JSON, and
/// the numbers, row-major and little-endian.
package enum SafeTensors {
    private struct Entry: Encodable {
        let dtype = "F32"
        let shape: [Int]
        let data_offsets: [Int]
    }

    /// The file's bytes. Its metadata say what inputs and outputs mean, each as a JSON text.
    package static func encode(_ model: StoredModel) throws -> [UInt8] {
        var members: [String: any Encodable] = ["__metadata__": try ModelMetadata(model).properties()]
        var numbers: [UInt8] = []
        for tensor in model.checkpoint.modelState {
            let start = numbers.count
            numbers += tensor.values.lazy.map(\.bitPattern).littleEndianBytes
            members[tensor.name] = Entry(shape: tensor.shape, data_offsets: [start, numbers.count])
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var header = Array(try encoder.encode(JSONMembers(members)))
        // The numbers begin at a multiple of 8.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        return UInt64(header.count).littleEndianBytes + header + numbers
    }
}
