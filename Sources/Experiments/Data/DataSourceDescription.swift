package import Architecture

/// Where samples come from. Paths are as they stand in the experiment file.
package enum DataSourceDescription: Hashable, Sendable {
    case builtIn(BuiltInSource)
    case csv(CSVDescription)
    /// A folder with the four files of MNIST's layout.
    case idx(String)
    /// A folder with any of the binary batches of CIFAR-10.
    case cifar10(String)
    case images(ImagesDescription)
    case hdf5(ArrayFileDescription)
    /// Arrays of NumPy: `x` and `y`, or those of each part.
    case npz(ArrayFileDescription)

    /// A table of the user's own, plain or .gz.
    package struct CSVDescription: Hashable, Sendable {
        package let file: String
        /// The column to predict: its name, or its position from 0 in a file without a header.
        package let target: String
        /// Columns to leave out.
        package let ignore: [String]
        /// What is said of columns, by name or position; the others are as they look.
        package let columns: [String: ColumnDescription]
        package let format: TableFormatDescription
        /// The shape of one sample; a flat row of features where it is not given.
        package let shape: Shape?
        package let task: LearningTask
        /// nil for UTF-8.
        package let encoding: TextEncodingDescription?
        /// Whether the first row is a header; nil takes what it looks like.
        package let header: Bool?
    }

    /// A folder with one folder of pictures for each class.
    package struct ImagesDescription: Hashable, Sendable {
        package let folder: String
        /// What all pictures are resized to; nil where they are of one size.
        package let size: Size?
        /// 1 for grey, 3 for colour; nil takes what the pictures have.
        package let channels: Int?
        /// Whether pictures are turned as their EXIF says.
        package let exifOrientation: Bool

        package struct Size: Hashable, Sendable {
            package let height: Int
            package let width: Int
        }
    }

    /// A file of arrays: `/train/x`, `/train/y` and their like in HDF5, or `x_train`, `y_train` in a .npz.
    package struct ArrayFileDescription: Hashable, Sendable {
        package let file: String
        package let task: LearningTask
    }

    package var task: LearningTask {
        switch self {
        case .builtIn(let source): source.task
        case .csv(let csv): csv.task
        case .idx, .cifar10, .images: .classification
        case .hdf5(let file), .npz(let file): file.task
        }
    }

    /// Whether the source sets a test part apart; nil where only its files tell.
    package var hasTestPart: Bool? {
        switch self {
        case .builtIn(let source): source.hasTestPart
        case .csv: false
        case .idx, .cifar10, .images, .hdf5, .npz: nil
        }
    }
}

/// A data set that has a name.
package enum BuiltInSource: String, Hashable, Sendable, CaseIterable {
    /// 5,000 handwritten digits of MNIST, 1x28x28, ten classes.
    case mnist5k = "mnist-5k"
    /// 1,797 handwritten digits of UCI, 1x8x8, ten classes.
    case digits
    /// 506 housing prices with 13 features.
    case housing
    /// 60,000 and 10,000 handwritten digits, 1x28x28, ten classes.
    case mnist
    /// 60,000 and 10,000 pictures of clothes, 1x28x28, ten classes.
    case fashionMNIST = "fashion-mnist"
    /// 50,000 and 10,000 small photographs, 3x32x32, ten classes.
    case cifar10

    package var task: LearningTask { self == .housing ? .regression : .classification }

    package var hasTestPart: Bool {
        switch self {
        case .mnist5k, .digits, .housing: false
        case .mnist, .fashionMNIST, .cifar10: true
        }
    }
}

/// How a table's text stands in bytes.
package enum TextEncodingDescription: String, Hashable, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf16LittleEndian = "utf-16-le"
    case utf16BigEndian = "utf-16-be"
    case latin1 = "latin-1"
    case windows1252 = "windows-1252"
    case macRoman = "mac-roman"

    /// By its name, or by another one that Python knows for it.
    init?(name: String) {
        let plain = name.lowercased().replacing("_", with: "-")
        let other = Self.otherNames[plain]
        guard let encoding = other ?? Self(rawValue: plain) else { return nil }
        self = encoding
    }

    private static let otherNames: [String: TextEncodingDescription] = [
        "utf8": .utf8, "utf-8-sig": .utf8, "ascii": .utf8, "utf16": .utf16, "utf-16le": .utf16LittleEndian,
        "utf-16be": .utf16BigEndian, "latin1": .latin1, "iso-8859-1": .latin1, "iso8859-1": .latin1,
        "cp1252": .windows1252, "windows1252": .windows1252, "macroman": .macRoman, "macintosh": .macRoman,
    ]
}
