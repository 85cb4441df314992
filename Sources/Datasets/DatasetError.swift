/// What is wrong with a data set or with how it is to be shared out.
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case missingFile
        /// The system's `errno`.
        case unreadableFile(Int32)
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
        /// What only classes have, asked of numbers.
        case needsClasses
        /// What only images have, asked of a table.
        case needsImages
        /// Two wishes that exclude each other.
        case contradiction
        /// A number outside of what it may be.
        case badParameter
        /// The file is no such file as its name or place says.
        case wrongFormat
        case truncatedFile
        /// Bytes that are no text in the encoding that was said.
        case wrongEncoding
        /// Numbers that lie outside of the file that was named.
        case outsideFile
        /// Two files or classes that nothing but their spelling tells apart.
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
        var place = source
        if let line { place += ":\(line)" }
        if let column { place += ": column \(column)" }
        return "\(place): \(message)"
    }
}
