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

    /// - Parameter isWhole: whether the test files must be there.
    /// - Throws: where one is missing, or where the folder holds several sets.
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

    /// What stands before `train-images` in the names of files of images.
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

    /// Whether files of these names are such a data set.
    package static func areThere(among names: [String]) -> Bool { !sets(Set(names)).isEmpty }
}
