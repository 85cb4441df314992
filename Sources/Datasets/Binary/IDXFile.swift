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
    /// - Throws: where the magic is another one, or where the file is shorter or longer than its sizes say.
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
                "is no IDX file of bytes in \(rank) dimension\(rank == 1 ? "" : "s"): it begins with \(found), not 0 0 8 "
                    + "\(rank)")
        }
        guard contents.count >= start else {
            throw DatasetError(.truncatedFile, in: path, "is cut off in its header")
        }
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
