/// The source of a data set.
package enum DataSource: Hashable, Sendable {
    /// 5,000 handwritten digits of MNIST, 28 x 28 pixels.
    case mnist5k
    /// 1,797 handwritten digits of the UCI repository, 8 x 8 pixels.
    case digits
    /// 506 housing prices (in thousands of dollars) with 13 features.
    case housing
    /// A user's table.
    case csv(CSVSource)
    /// 60,000 handwritten digits and 10,000 to test on, 28 x 28 pixels.
    case mnist
    /// 60,000 pieces of clothing and 10,000 to test on, 28 x 28 pixels.
    case fashionMNIST
    /// 50,000 photographs of ten kinds of thing and 10,000 to test on, 3 x 32 x 32.
    case cifar10
    /// A folder of IDX files like MNIST's.
    case idx(folder: String)
    /// A folder of files like CIFAR-10's binary version.
    case cifarFolder(String)
    /// A folder with one folder of images for each class.
    case images(ImageFolderSource)
    case hdf5(HDF5Source)
    case npz(NPZSource)

    /// Reads all samples.
    /// - Parameter library: where the built-in sources' files are.
    /// - Throws: if the file is missing or damaged, or if its contents do not fit the source.
    package func load(from library: DataLibrary = .standard) throws(DatasetError) -> Dataset {
        switch self {
        case .mnist5k:
            try CSVSource(
                path: library.locate("mnist_5k.csv.gz"), targetKind: .classes, sampleShape: [1, 28, 28]
            ).load(as: name)
        case .digits:
            try CSVSource(path: library.locate("digits.csv.gz"), targetKind: .classes, sampleShape: [1, 8, 8])
                .load(as: name)
        case .housing:
            try CSVSource(path: library.locate("boston.csv"), target: "Price", targetKind: .values).load(as: name)
        case .csv(let source):
            try source.load(as: name)
        case .mnist:
            try IDXSource(folder: library.locate(folder: name), isWhole: true).load(as: name)
        case .fashionMNIST:
            try IDXSource(folder: library.locate(folder: name), isWhole: true, classNames: Self.clothes)
                .load(as: name)
        case .cifar10:
            try CIFARSource(folder: library.locate(folder: name), classNames: Self.things).load(as: name)
        case .idx(let folder):
            try IDXSource(folder: folder).load(as: name)
        case .cifarFolder(let folder):
            try CIFARSource(folder: folder).load(as: name)
        case .images(let source):
            try source.load(as: name)
        case .hdf5(let source):
            try source.load(as: name)
        case .npz(let source):
            try source.load(as: name)
        }
    }

    /// Its name in reports.
    package var name: String {
        switch self {
        case .mnist5k: "mnist-5k"
        case .digits: "digits"
        case .housing: "housing"
        case .csv(let source): source.path
        case .mnist: "mnist"
        case .fashionMNIST: "fashion-mnist"
        case .cifar10: "cifar10"
        case .idx(let folder): folder
        case .cifarFolder(let folder): folder
        case .images(let source): source.path
        case .hdf5(let source): source.path
        case .npz(let source): source.path
        }
    }

    /// Source: the table of labels in Fashion-MNIST's README.
    private static let clothes = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// Source: CIFAR-10's batches.meta.txt.
    private static let things = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
}

/// The files of a data source, and the source with its files elsewhere: for sending a data set to another machine.
extension DataSource {
    /// All files that ``load(from:)`` reads, in its order.
    ///
    /// - Throws: if one of them is missing.
    package func files(in library: DataLibrary = .standard) throws(DatasetError) -> [SourceFile] {
        switch self {
        case .mnist5k: try Self.file("mnist_5k.csv.gz", library)
        case .digits: try Self.file("digits.csv.gz", library)
        case .housing: try Self.file("boston.csv", library)
        case .csv(let source): [SourceFile(path: source.path, name: SourceFile.name(of: source.path))]
        case .hdf5(let source): [SourceFile(path: source.path, name: SourceFile.name(of: source.path))]
        case .npz(let source): [SourceFile(path: source.path, name: SourceFile.name(of: source.path))]
        case .mnist, .fashionMNIST:
            try Self.files(IDXSource(folder: library.locate(folder: name), isWhole: true).fileNames(), library, name)
        case .cifar10: try Self.files(CIFARSource(folder: library.locate(folder: name)).fileNames(), library, name)
        case .idx(let folder): Self.files(try IDXSource(folder: folder).fileNames(), in: folder)
        case .cifarFolder(let folder): Self.files(try CIFARSource(folder: folder).fileNames(), in: folder)
        case .images(let source): Self.files(try ImageTree(source.path).files.map(\.path), in: source.path)
        }
    }

    private static func file(_ name: String, _ library: DataLibrary) throws(DatasetError) -> [SourceFile] {
        [SourceFile(path: try library.locate(name), name: name)]
    }

    private static func files(_ names: [String], in folder: String) -> [SourceFile] {
        names.map { SourceFile(path: "\(folder)/\($0)", name: $0) }
    }

    /// A built-in folder keeps its name, by which the library finds it.
    private static func files(
        _ names: [String], _ library: DataLibrary, _ folder: String
    ) throws(DatasetError) -> [SourceFile] {
        let path = try library.locate(folder: folder)
        return names.map { SourceFile(path: "\(path)/\($0)", name: "\(folder)/\($0)") }
    }

    /// A source of the same kind in another file or folder; that of a built-in table is its table.
    package func reading(_ path: String) -> DataSource {
        switch self {
        case .mnist5k: return .csv(CSVSource(path: path, targetKind: .classes, sampleShape: [1, 28, 28]))
        case .digits: return .csv(CSVSource(path: path, targetKind: .classes, sampleShape: [1, 8, 8]))
        case .housing: return .csv(CSVSource(path: path, target: "Price", targetKind: .values))
        case .csv(var source):
            source.path = path
            return .csv(source)
        case .hdf5(var source):
            source.path = path
            return .hdf5(source)
        case .npz(var source):
            source.path = path
            return .npz(source)
        case .images(var source):
            source.path = path
            return .images(source)
        case .mnist, .fashionMNIST, .idx: return .idx(folder: path)
        case .cifar10, .cifarFolder: return .cifarFolder(path)
        }
    }

    /// The same source with its files in `folder`, named as ``files(in:)`` does. A built-in source must then be loaded
    /// from a library of this folder alone.
    package func relocated(to folder: String) -> DataSource {
        switch self {
        case .mnist5k, .digits, .housing, .mnist, .fashionMNIST, .cifar10: return self
        case .idx: return .idx(folder: folder)
        case .cifarFolder: return .cifarFolder(folder)
        case .csv(var source):
            source.path = "\(folder)/\(SourceFile.name(of: source.path))"
            return .csv(source)
        case .hdf5(var source):
            source.path = "\(folder)/\(SourceFile.name(of: source.path))"
            return .hdf5(source)
        case .npz(var source):
            source.path = "\(folder)/\(SourceFile.name(of: source.path))"
            return .npz(source)
        case .images(var source):
            source.path = folder
            return .images(source)
        }
    }
}
