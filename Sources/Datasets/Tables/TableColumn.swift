internal import Glibc

/// A column of a table as a feature: what its cells are, and which inputs of a model they become.
package struct TableColumn: Hashable, Sendable {
    /// What its cells are. Each is held as a number, and a missing one as NaN.
    package enum Kind: Hashable, Sendable {
        case number
        /// 1 or 0.
        case boolean
        /// Days since 1970-01-01 00:00 UTC, with the time of day as a fraction; in ISO 8601 where there is no format.
        case date(format: String?)
        /// One of these, held as its position; -1 for any other.
        case category([String], CategoryEncoding)
    }

    /// How a category enters the model.
    package enum CategoryEncoding: Hashable, Sendable {
        /// An input for each category: 1 for the cell's, 0 for the others.
        case oneHot
        /// One input: the category's position, which says that they are in order.
        case ordinal
        /// One input, the category's position as it is, in whose place the model learns a vector of so many numbers; nil
        /// follows from how many categories there are.
        case embedding(dimensions: Int?)
    }

    /// What stands for a missing cell.
    package enum Missing: Hashable, Sendable {
        /// Of the column's cells in the training part.
        case median, mean, mostFrequent
        case value(Double)
        /// Missing is a category of its own.
        case category
        /// Nothing: it is an error.
        case refused
    }

    package var name: String
    package var kind: Kind
    package var missing: Missing
    /// Whether an input of its own says that the cell is missing.
    package var hasIndicator: Bool

    package init(name: String, kind: Kind = .number, missing: Missing = .median, hasIndicator: Bool = false) {
        self.name = name
        self.kind = kind
        self.missing = missing
        self.hasIndicator = hasIndicator
    }

    /// Whether its cells enter the model as they stand.
    var isPlain: Bool { kind == .number && !hasIndicator }

    /// The names of the inputs that it becomes: `age`, `sex=female`, `age is missing`.
    package var inputNames: [String] {
        let names =
            switch kind {
            case .category(let categories, .oneHot): categories.map { "\(name)=\($0)" }
            default: [name]
            }
        return hasIndicator ? names + ["\(name) is missing"] : names
    }

    /// What each of the inputs is to the model.
    var inputRoles: [InputRole] {
        let roles: [InputRole] =
            switch kind {
            case .category(let categories, .oneHot): categories.map { _ in .flag }
            case .boolean: [.flag]
            case .number, .date, .category(_, .ordinal): [.quantity]
            case .category(_, .embedding): [.position]
            }
        return hasIndicator ? roles + [.flag] : roles
    }

    /// The numbers of the vector that the model learns for each category; nil for a column that is not embedded.
    ///
    /// Where none is said, min(600, round(1.6 n^0.56)) for n categories, fastai's `emb_sz_rule`.
    package var embeddingDimensions: Int? {
        guard case .category(let categories, .embedding(let dimensions)) = kind else { return nil }
        return dimensions ?? min(600, Int((1.6 * pow(Double(categories.count), 0.56)).rounded()))
    }
}

/// What an input of a table is to the model.
enum InputRole: Hashable, Sendable {
    /// Scaled.
    case quantity
    /// 1 or 0, as it stands: a 0 that says "no" stays 0.
    case flag
    /// A category's position, as it stands.
    case position
}

/// The categories of a column, for looking up cells: numbers by their value, so that `1` is `1.0`, other texts as they
/// stand.
struct CategoryTable: Sendable {
    private let labels: LabelTable
    /// The position of each of the labels' classes.
    private let positions: [Double]

    /// - Parameter names: in their order.
    init(_ names: [String]) {
        let labels = LabelTable(names)
        var positions = labels.names.map { _ in -1.0 }
        for (position, name) in names.enumerated().reversed() {
            if let index = labels.index(of: name) { positions[Int(index)] = Double(position) }
        }
        self.labels = labels
        self.positions = positions
    }

    /// The position of a text among the names; -1 for one that is none of them.
    func position(of text: String) -> Double { labels.index(of: text).map { positions[Int($0)] } ?? -1 }
}
