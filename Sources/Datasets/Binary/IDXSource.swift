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
            name: name, sampleShape: [1] + training.shape, samples: .bytes(Array(pixels)),
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
