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
