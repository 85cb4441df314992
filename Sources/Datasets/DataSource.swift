/// Where samples come from.
package enum DataSource: Hashable, Sendable {
    /// 5,000 handwritten digits of MNIST, 28 x 28 pixels.
    case mnist5k
    /// 1,797 handwritten digits of the UCI repository, 8 x 8 pixels.
    case digits
    /// 506 housing prices (in thousands of dollars) with 13 features.
    case housing
    /// A table of the user's own.
    case csv(CSVSource)
    /// 60,000 handwritten digits and 10,000 to test on, 28 x 28 pixels.
    case mnist
    /// 60,000 pieces of clothing and 10,000 to test on, 28 x 28 pixels.
    case fashionMNIST
    /// 50,000 photographs of ten kinds of thing and 10,000 to test on, 3 x 32 x 32.
    case cifar10
    /// A folder with files as MNIST's.
    case idx(folder: String)
    /// A folder with files as CIFAR-10's binary version.
    case cifarFolder(String)
    /// A folder with one folder of images for each class.
    case images(ImageFolderSource)
    case hdf5(HDF5Source)

    /// Reads all samples.
    /// - Parameter library: where the built-in sources' files are.
    /// - Throws: where the file is missing or damaged, or where its contents are not what was said.
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
        }
    }

    /// The name by which reports speak of it.
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
