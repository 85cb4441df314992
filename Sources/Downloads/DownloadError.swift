/// Why files could not be fetched.
package struct DownloadError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// libcurl's code: no network, no such host, a connection that was cut, ...
        case curl(Int32)
        /// What the server answered, from 400.
        case status(Int)
        /// SHA-256 sums in lower-case hexadecimal.
        case wrongChecksum(expected: String, found: String)
        /// More bytes came than the file has.
        case wrongLength
        /// A mirror's folder has a file of that name and another size.
        case otherFile
        /// A mirror's folder does not have the file.
        case missingFile
        /// The system's `errno`.
        case system(Int32)
        /// Another process is fetching the same file.
        case busy
        case interrupted
        /// What libarchive returned.
        case damagedArchive(Int32)
        case refusedArchive
        case badMirror
    }

    package let code: Code
    /// The address or the path.
    package let place: String
    /// What is wrong.
    package let message: String
    /// What helps, where something does.
    package let advice: String?

    package init(_ code: Code, at place: String, _ message: String, advice: String? = nil) {
        self.code = code
        self.place = place
        self.message = message
        self.advice = advice
    }

    /// Whether another address may have what this one has not.
    var concernsAddress: Bool {
        switch code {
        case .curl, .status, .wrongChecksum, .wrongLength, .otherFile, .missingFile: true
        case .system, .busy, .interrupted, .damagedArchive, .refusedArchive, .badMirror: false
        }
    }

    package var description: String { "\(place): \(message)" + (advice.map { "; \($0)" } ?? "") }
}
