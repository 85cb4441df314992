/// A mistake in a data set or in a split's request.
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case missingFile
        /// The system's `errno`.
        case unreadableFile(Int32)
        /// The system's `errno`.
        case unwritableFile(Int32)
        case emptyFile
        case truncatedArchive
        /// What zlib returned.
        case corruptArchive(Int32)
        case raggedRow
        case badQuote
        case missingTarget
        case unknownColumn
        case ambiguousColumn
        case noFeatures
        case textInNumberColumn
        case missingValue
        case outOfRange
        case oneClass
        case sampleShape
        case emptyPart
        case classNotInTraining
        /// More samples are asked for than there are.
        case tooFewSamples
        /// A list that does not fit the classes or channels.
        case wrongLength
        /// A request for classes on numeric targets.
        case needsClasses
        /// A request for images on a table.
        case needsImages
        /// Two requests that exclude each other.
        case contradiction
        /// A number out of its range.
        case badParameter
        /// The file's format is not the expected one.
        case wrongFormat
        case truncatedFile
        /// Bytes that are not text in the given encoding.
        case wrongEncoding
        /// Numbers that lie outside of the named file.
        case outsideFile
        /// Two files or classes that differ only in their spelling.
        case sameName
        /// Two files that belong together have different numbers of samples.
        case differentCounts
        case unknownClass
        case unreadableImage
        case mixedSizes
    }

    package let code: Code
    /// The file, or the data set's name.
    package let source: String
    /// The line, from 1.
    package let line: Int?
    package let column: String?
    package let message: String

    package init(_ code: Code, in source: String, line: Int? = nil, column: String? = nil, _ message: String) {
        self.code = code
        self.source = source
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        source + (line.map { ":\($0)" } ?? "") + (column.map { ": column \($0)" } ?? "") + ": \(message)"
    }
}

/// A shape as errors write it: `3x32x32`.
package func shapeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }
