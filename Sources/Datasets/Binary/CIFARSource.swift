/// A folder with CIFAR-10's binary version: any of `data_batch_1.bin` to `data_batch_5.bin`, and `test_batch.bin`, plain
/// or gzip'd.
///
/// A record is one byte of label and 3 x 32 x 32 bytes of pixels, channel by channel.
///
/// Source: A. Krizhevsky, "The CIFAR-10 dataset", section "Binary version".
package struct CIFARSource: Hashable, Sendable {
    package var folder: String
    /// The classes' names if there is no `batches.meta.txt`; nil then uses the labels themselves.
    package var classNames: [String]?

    package init(folder: String, classNames: [String]? = nil) {
        self.folder = folder
        self.classNames = classNames
    }

    private static let shape = [3, 32, 32]
    private static let pixelCount = 3 * 32 * 32

    /// Reads the images, the test part last.
    /// - Parameter name: the data set's name.
    /// - Throws: if there is no batch, or if a file is damaged or truncated.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let files = FolderFile(folder: folder)
        let training = (1...5).compactMap { files.find("data_batch_\($0).bin") }
        guard !training.isEmpty else {
            throw DatasetError(
                .missingFile, in: folder, "has none of data_batch_1.bin to data_batch_5.bin, plain or with .gz")
        }
        let test = [files.find("test_batch.bin")].compactMap { $0 }
        let digest = FileListDigest()
        var batches: [DataFile] = []
        for name in training + test {
            let batch = try DataFile(path: files.path(of: name))
            let remainder = batch.contents.count % (1 + Self.pixelCount)
            guard remainder == 0 else {
                throw DatasetError(
                    .truncatedFile, in: files.path(of: name),
                    "is cut off: \(batch.contents.count) bytes are no whole number of records of \(1 + Self.pixelCount)"
                )
            }
            digest.add(name, batch.digest)
            batches.append(batch)
        }
        let (pixels, labels) = Self.records(of: batches)
        let testCount = test.isEmpty ? 0 : (batches.last?.contents.count ?? 0) / (1 + Self.pixelCount)
        return Dataset(
            name: name, sampleShape: Self.shape, samples: .bytes(SampleArray(pixels)),
            targets: try ByteLabels(labels, names: try names(files)).targets(in: folder),
            digest: digest.finish(),
            own: OwnParts(test: test.isEmpty ? nil : labels.count - testCount..<labels.count))
    }

    /// The names of the existing files, that of the classes' names last.
    func fileNames() throws(DatasetError) -> [String] {
        let files = FolderFile(folder: folder)
        let names = ((1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]).compactMap(files.find)
        let classes = "batches.meta.txt"
        return names + (FileBytes.isReadable(files.path(of: classes)) ? [classes] : [])
    }

    private static func records(of batches: [DataFile]) -> (pixels: [UInt8], labels: [UInt8]) {
        let count = batches.reduce(0) { $0 + $1.contents.count } / (1 + pixelCount)
        var labels: [UInt8] = []
        labels.reserveCapacity(count)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * pixelCount)
        for batch in batches {
            for start in stride(from: 0, to: batch.contents.count, by: 1 + pixelCount) {
                labels.append(batch.contents[start])
                pixels.append(contentsOf: batch.contents[start + 1...start + pixelCount])
            }
        }
        return (pixels, labels)
    }

    /// One line of `batches.meta.txt` is one class's name; blank ones are none.
    private func names(_ files: FolderFile) throws(DatasetError) -> [String]? {
        let path = files.path(of: "batches.meta.txt")
        guard FileBytes.isReadable(path) else { return classNames }
        let text = String(decoding: try FileBytes.contents(of: path), as: UTF8.self)
        let names = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        return names.isEmpty ? classNames : names
    }
}

/// Labels that are bytes, as classes.
struct ByteLabels {
    private let labels: [UInt8]
    private let names: [String]?

    /// - Parameter names: of the labels 0, 1, ...; if nil, each label that occurs is a class.
    init(_ labels: [UInt8], names: [String]?) {
        self.labels = labels
        self.names = names
    }

    /// - Parameter path: the file, for errors.
    /// - Throws: if a label has no name, or if there is only one class.
    func targets(in path: String) throws(DatasetError) -> Targets {
        var classes = [Int32](repeating: -1, count: 256)
        var isThere = [Bool](repeating: false, count: 256)
        for label in labels { isThere[Int(label)] = true }
        let found = isThere.indices.filter { isThere[$0] }
        guard found.count > 1 else {
            throw DatasetError(
                .oneClass, in: path, "every label is \(found.first ?? 0); there is nothing to tell apart")
        }
        if let names, let last = found.last, last >= names.count {
            throw DatasetError(.unknownClass, in: path, "has the label \(last), but there are \(names.count) classes")
        }
        let known = names.map { Array($0.indices) } ?? found
        for (index, label) in known.enumerated() { classes[label] = Int32(index) }
        return .classes(labels.map { classes[Int($0)] }, names: names ?? known.map { String($0) })
    }
}

/// Finds a data set's files in its folder, plain or gzip'd.
struct FolderFile {
    let folder: String

    /// The name of the existing file: `name`, or `name` with `.gz`; nil if there is neither.
    func find(_ name: String) -> String? { [name, name + ".gz"].first { FileBytes.isReadable(path(of: $0)) } }

    func path(of name: String) -> String { "\(folder)/\(name)" }
}
