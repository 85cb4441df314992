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

    /// Reads all samples.
    /// - Parameter library: where the built-in sources' files are.
    /// - Throws: where the file is missing or damaged, or where its contents are not what was said.
    package func load(from library: DataLibrary = .standard) throws(DatasetError) -> Dataset {
        let source =
            switch self {
            case .mnist5k:
                CSVSource(path: try library.locate("mnist_5k.csv.gz"), targetKind: .classes, sampleShape: [1, 28, 28])
            case .digits:
                CSVSource(path: try library.locate("digits.csv.gz"), targetKind: .classes, sampleShape: [1, 8, 8])
            case .housing:
                CSVSource(path: try library.locate("boston.csv"), target: "Price", targetKind: .values)
            case .csv(let source): source
            }
        return try source.load(as: name)
    }

    /// The name by which reports speak of it.
    package var name: String {
        switch self {
        case .mnist5k: "mnist-5k"
        case .digits: "digits"
        case .housing: "housing"
        case .csv(let source): source.path
        }
    }
}
