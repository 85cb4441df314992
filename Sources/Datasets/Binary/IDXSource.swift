/// A folder with images and labels in four IDX files, named like MNIST's (``IDXFiles``), plain or gzip'd.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database".
package struct IDXSource: Hashable, Sendable {
    package var folder: String
    /// Whether the two test files must exist; else both may be missing.
    package var isWhole: Bool
    /// The classes' names; nil uses the labels themselves.
    package var classNames: [String]?

    package init(folder: String, isWhole: Bool = false, classNames: [String]? = nil) {
        self.folder = folder
        self.isWhole = isWhole
        self.classNames = classNames
    }

    /// Reads the images, the test part last.
    /// - Parameter name: the data set's name.
    /// - Throws: if a file is missing, damaged or of another format, or if two do not fit each other.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        let digest = FileListDigest()
        let files = try IDXFiles(folder: folder, isWhole: isWhole)
        let training = try Pair(files.training, in: folder, digest)
        let test = try files.test.map { names throws(DatasetError) in try Pair(names, in: folder, digest) }

        var pixels = training.pixels
        var labels = Array(training.labels)
        if let test {
            guard test.shape == training.shape else {
                throw DatasetError(
                    .mixedSizes, in: test.imagePath,
                    "holds images of \(shapeText(test.shape)), but \(training.imagePath) of "
                        + shapeText(training.shape)
                )
            }
            pixels =
                [UInt8](unsafeUninitializedCapacity: training.pixels.count + test.pixels.count) { room, count in
                    let middle = room.update(fromContentsOf: training.pixels)
                    count = room[middle...].update(fromContentsOf: test.pixels)
                }[...]
            labels += test.labels
        }
        return Dataset(
            name: name, sampleShape: [1] + training.shape, samples: .bytes(SampleArray(Array(pixels))),
            targets: try ByteLabels(labels, names: classNames).targets(in: training.labelPath),
            digest: digest.finish(), own: OwnParts(test: test.map { _ in training.labels.count..<labels.count }))
    }

    /// The names of the existing files, images before labels and training before test.
    func fileNames() throws(DatasetError) -> [String] {
        let files = try IDXFiles(folder: folder, isWhole: isWhole)
        return files.training.names + (files.test?.names ?? [])
    }

    /// One file of images and the file of their labels.
    private struct Pair {
        let imagePath: String
        let labelPath: String
        /// Height and width.
        let shape: [Int]
        let pixels: ArraySlice<UInt8>
        let labels: ArraySlice<UInt8>

        init(_ names: IDXFiles.Pair, in folder: String, _ digest: FileListDigest) throws(DatasetError) {
            (imagePath, labelPath) = ("\(folder)/\(names.images)", "\(folder)/\(names.labels)")
            let images = try IDXFile(path: imagePath, rank: 3)
            let classes = try IDXFile(path: labelPath, rank: 1)
            guard images.dimensions[0] == classes.dimensions[0] else {
                throw DatasetError(
                    .differentCounts, in: imagePath,
                    "holds \(images.dimensions[0]) images, but \(labelPath) \(classes.dimensions[0]) labels")
            }
            guard !images.dimensions.contains(0) else {
                throw DatasetError(.emptyFile, in: imagePath, "holds no image: \(shapeText(images.dimensions))")
            }
            digest.add(names.images, images.digest)
            digest.add(names.labels, classes.digest)
            shape = Array(images.dimensions[1...])
            pixels = images.contents[images.start...]
            labels = classes.contents[classes.start...]
        }
    }
}

/// A file of unsigned bytes in the IDX format.
///
/// Four bytes of magic, 0 0 8 d (8: unsigned bytes; d: the number of dimensions), d sizes of four bytes each, the most
/// significant first, and the numbers.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
struct IDXFile {
    let dimensions: [Int]
    /// The whole file; the numbers begin at `start`.
    let contents: [UInt8]
    let start: Int
    /// The SHA-256 of the file as it stands on disk.
    let digest: String

    /// - Parameter rank: the number of dimensions that the file must have.
    /// - Throws: if the magic is wrong, or if the file's length differs from its sizes.
    init(path: String, rank: Int) throws(DatasetError) {
        let file = try DataFile(path: path)
        contents = file.contents
        digest = file.digest
        start = 4 + 4 * rank
        let magic: [UInt8] = [0, 0, 8, UInt8(rank)]
        guard contents.starts(with: magic) else {
            let found = contents.prefix(4).map { String($0) }.joined(separator: " ")
            throw DatasetError(
                .wrongFormat, in: path,
                "is no IDX file of bytes in \(rank) dimension\(rank == 1 ? "" : "s"): it begins with \(found), "
                    + "not 0 0 8 \(rank)")
        }
        guard contents.count >= start else { throw DatasetError(.truncatedFile, in: path, "is cut off in its header") }
        var dimensions: [Int] = []
        for offset in stride(from: 4, to: start, by: 4) {
            dimensions.append(contents[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) })
        }
        self.dimensions = dimensions
        let (product, overflow) = dimensions.reduce((1, false)) { product, size in
            let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
            return (next, product.1 || overflow)
        }
        let held = contents.count - start
        guard !overflow, held >= product else {
            throw DatasetError(
                .truncatedFile, in: path,
                "is cut off: \(shapeText(dimensions)) bytes were promised, and \(held) are there")
        }
        guard held == product else {
            throw DatasetError(
                .wrongFormat, in: path, "goes on behind its end: \(product) bytes were promised, and \(held) are there")
        }
    }
}

/// The names of the IDX files in a folder: MNIST's `train-images-idx3-ubyte` and its like, a point in place of the dash
/// (`train-images.idx3-ubyte`, as some archives unpack), and EMNIST's, before which stands the set's name
/// (`emnist-balanced-train-images-idx3-ubyte`). Each may be gzip'd.
package struct IDXFiles {
    /// The names of a file of images and of that of their labels.
    struct Pair {
        let images: String
        let labels: String

        var names: [String] { [images, labels] }
    }

    let training: Pair
    let test: Pair?

    /// - Parameter isWhole: whether the test files must exist.
    /// - Throws: if one is missing, or if the folder holds several sets.
    init(folder: String, isWhole: Bool) throws(DatasetError) {
        let names = Set(try FileBytes.names(in: folder))
        let sets = Self.sets(names)
        guard sets.count <= 1 else {
            throw DatasetError(
                .sameName, in: folder,
                "holds several data sets, \(sets.joined(separator: ", ")): give each a folder of its own")
        }
        let set = sets.first ?? ""
        func find(_ parts: [String], _ kind: String) -> String? {
            for part in parts {
                for mark in Self.marks {
                    let name = "\(set)\(part)-\(kind == "images" ? "images\(mark)idx3" : "labels\(mark)idx1")-ubyte"
                    if let found = [name, name + ".gz"].first(where: names.contains) { return found }
                }
            }
            return nil
        }
        func pair(_ parts: [String]) throws(DatasetError) -> Pair {
            func need(_ kind: String, _ suffix: String) throws(DatasetError) -> String {
                guard let name = find(parts, kind) else {
                    let wanted = "\(set)\(parts[0])-\(suffix)"
                    throw DatasetError(.missingFile, in: folder, "has neither \(wanted) nor \(wanted).gz")
                }
                return name
            }
            return Pair(
                images: try need("images", "images-idx3-ubyte"), labels: try need("labels", "labels-idx1-ubyte"))
        }
        training = try pair(["train"])
        let test = ["t10k", "test"]
        let hasTest = find(test, "images") != nil || find(test, "labels") != nil
        self.test = isWhole || hasTest ? try pair(test) : nil
    }

    private static let marks = ["-", "."]

    /// The prefixes of `train-images` in the names of image files.
    private static func sets(_ names: Set<String>) -> [String] {
        var sets: Set<String> = []
        for name in names {
            let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            for mark in marks {
                let end = "train-images\(mark)idx3-ubyte"
                if plain.hasSuffix(end) { sets.insert(String(plain.dropLast(end.count))) }
            }
        }
        return sets.sorted()
    }

    /// Whether files of these names are an IDX data set.
    package static func areThere(among names: [String]) -> Bool { !sets(Set(names)).isEmpty }
}
