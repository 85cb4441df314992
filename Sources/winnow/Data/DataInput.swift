import ArgumentParser
import Datasets
import Experiments
import Foundation

/// A data set as arguments of a command, with the options that its files do not tell.
struct DataInput: ParsableArguments {
    @Argument(
        help: "A built-in's name (winnow data list), or a path: a .csv, .csv.gz, .h5 or .npz file, or a folder.",
        completion: .file())
    var source: String

    @Option(help: "A table's column to predict, by name or position from 0. (default: the last one)")
    var target: String?

    @Option(
        help: ArgumentHelp(
            "A table's column that is no feature; may be given more than once.", valueName: "column"))
    var ignore: [String] = []

    @Option(help: ArgumentHelp("The shape of a table's samples: 13, or 1x28x28 for images.", valueName: "shape"))
    var shape: Shape?

    @Option(
        help: ArgumentHelp(
            "A table's encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")). (default: utf-8)"))
    var encoding: TextEncoding?

    @Flag(inversion: .prefixedNo, help: "Whether a table's first row is its header. (default: what it looks like)")
    var header: Bool?

    @Option(help: ArgumentHelp("What is between a table's cells: ';', tab, ... (default: ,)", valueName: "character"))
    var separator: TableCharacter?

    @Option(
        help: ArgumentHelp("What is before the fraction of a table's numbers. (default: .)", valueName: "character"))
    var decimal: TableCharacter?

    @Option(
        help: ArgumentHelp(
            "A text that stands for an empty cell of a table; may be given more than once.", valueName: "text"))
    var missingValue: [String] = []

    @Option(help: "classification or regression. (default: as the targets look)")
    var task: Task?

    @Option(help: ArgumentHelp("What a folder's images are resized to: 32x32.", valueName: "height x width"))
    var size: Shape?

    @Option(help: "1 (grey) or 3 (colour): what a folder's images become. (default: 3 if any has colour)")
    var channels: Int?

    @Flag(help: "Turns a folder's images as their EXIF says.")
    var exifOrientation = false

    enum Task: String, ExpressibleByArgument, CaseIterable {
        case classification, regression
    }

    /// Numbers with an x between them.
    struct Shape: ExpressibleByArgument {
        let sizes: [Int]

        init?(argument: String) {
            let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            sizes = parts.compactMap { $0 }
            guard sizes.count == parts.count, sizes.allSatisfy({ 1...1_000_000 ~= $0 }) else { return nil }
        }
    }

    func validate() throws {
        guard size.map({ $0.sizes.count == 2 }) ?? true else {
            throw ValidationError("--size has a height and a width, such as 32x32")
        }
        guard shape.map({ $0.sizes.count == 1 || $0.sizes.count == 3 }) ?? true else {
            throw ValidationError("--shape is a number of features, or channels x height x width, such as 1x28x28")
        }
        guard dialect.separator != dialect.decimal else {
            throw ValidationError("--separator and --decimal are the same character")
        }
        guard channels.map({ $0 == 1 || $0 == 3 }) ?? true else { throw ValidationError("--channels is 1 or 3") }
    }

    /// Reads all samples.
    func load() throws -> Dataset {
        if let builtIn = BuiltInData.all.first(where: { $0.name == source }) {
            try refuse(.table, .task, .images, by: "a built-in data set")
            return try builtIn.source.load()
        }
        switch try DataKind.recognize(source) {
        case .idx:
            try refuse(.table, .task, .images, by: "a folder of IDX files")
            return try DataSource.idx(folder: source).load()
        case .cifar:
            try refuse(.table, .task, .images, by: "a folder of CIFAR-10's batches")
            return try DataSource.cifarFolder(source).load()
        case .images:
            try refuse(.table, .task, by: "a folder of images")
            return try DataSource.images(
                ImageFolderSource(
                    path: source, size: size?.sizes, channels: channels, appliesOrientation: exifOrientation)
            ).load()
        case .hdf5:
            try refuse(.table, .images, by: "an HDF5 file")
            return try loadEither { kind in .hdf5(HDF5Source(path: source, targetKind: kind)) }
        case .npz:
            try refuse(.table, .images, by: "a .npz file")
            return try loadEither { kind in .npz(NPZSource(path: source, targetKind: kind)) }
        case .csv:
            try refuse(.images, by: "a table")
            return try loadEither { kind in
                .csv(
                    CSVSource(
                        path: source, target: target, targetKind: kind, ignore: ignore, sampleShape: shape?.sizes,
                        encoding: encoding ?? .utf8,
                        dialect: dialect, hasHeader: header))
            }
        }
    }

    private var dialect: TableDialect {
        let usual = TableDialect.standard
        return TableDialect(
            separator: separator?.byte ?? usual.separator, decimal: decimal?.byte ?? usual.decimal,
            missingValues: Set(missingValue))
    }

    private enum Options {
        case table, task, images
    }

    /// Refuses options that would have no effect.
    private func refuse(_ options: Options..., by kind: String) throws {
        var given: [String] = []
        for option in options {
            switch option {
            case .table:
                given += [target.map { _ in "--target" }, shape.map { _ in "--shape" }].compactMap { $0 }
                given += ignore.isEmpty ? [] : ["--ignore"]
                given += [separator.map { _ in "--separator" }, decimal.map { _ in "--decimal" }].compactMap { $0 }
                given += missingValue.isEmpty ? [] : ["--missing-value"]
                given += [encoding.map { _ in "--encoding" }, header.map { $0 ? "--header" : "--no-header" }]
                    .compactMap { $0 }
            case .task: given += task.map { _ in ["--task"] } ?? []
            case .images:
                given += exifOrientation ? ["--exif-orientation"] : []
                given += [size.map { _ in "--size" }, channels.map { _ in "--channels" }].compactMap { $0 }
            }
        }
        if let option = given.first { throw Failure(.usage, "\(source) is \(kind), which \(option) says nothing of") }
    }

    /// Without `--task`, targets are classes if they are text, or few whole numbers that occur often enough.
    private func loadEither(_ source: (TargetKind) -> DataSource) throws -> Dataset {
        switch task {
        case .classification: return try source(.classes).load()
        case .regression: return try source(.values).load()
        case nil: break
        }
        let classes: Dataset
        do {
            classes = try source(.classes).load()
        } catch {
            // A label without a class is a mistake of classes; otherwise the targets may be numbers.
            guard error.code != .unknownClass, let values = try? source(.values).load() else { throw error }
            return values
        }
        let names = classes.targets.classNames ?? []
        let areNumbers = names.allSatisfy { Double($0) != nil }
        let areWhole = names.allSatisfy { Double($0).map { $0 == $0.rounded() } ?? false }
        let areFew = names.count <= 100 && classes.targets.regressionHint == nil
        return !areNumbers || areWhole && areFew ? classes : try source(.values).load()
    }
}

extension TextEncoding: ExpressibleByArgument {}

/// One character between cells or before a fraction, or the word `tab`.
struct TableCharacter: ExpressibleByArgument {
    let byte: UInt8

    init?(argument: String) {
        let text = ["tab": "\t", "\\t": "\t"][argument] ?? argument
        guard let byte = TableFormatDescription.byte(of: text) else { return nil }
        self.byte = byte
    }
}

/// The kind of a data set, recognised by its contents.
enum DataKind {
    case csv, hdf5, npz, idx, cifar, images

    /// - Throws: if the path does not exist, or the folder's contents are not recognised.
    static func recognize(_ path: String) throws -> DataKind {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(
                .missingInput,
                "\(path): there is no such file or folder, and no built-in data set of that name (winnow data list)")
        }
        return isFolder.boolValue ? try folder(path) : try file(path)
    }

    private static func folder(_ path: String) throws -> DataKind {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw Failure(.badInput, "\(path): cannot be read: \(error.localizedDescription)")
        }
        let plain = Set(names.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 })
        if IDXFiles.areThere(among: names) { return .idx }
        if plain.contains(where: { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }) { return .cifar }
        let hasFolders = names.contains { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }
        guard hasFolders else {
            throw Failure(
                .badInput,
                "\(path): holds neither train-images-idx3-ubyte (IDX), nor data_batch_1.bin (CIFAR-10), nor a folder of "
                    + "images for each class")
        }
        return .images
    }

    /// An HDF5 file begins with its signature; other files are tables, plain or gzip'd.
    ///
    /// Source: HDF5 File Format Specification 3.0, II.A.
    private static func file(_ path: String) throws -> DataKind {
        var status = stat()
        // A pipe can be read only once, so it cannot be inspected first.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(
                .badInput,
                "\(path): is neither a file nor a folder; data are read more than once, so write them into a file")
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badInput, "\(path): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { try? file.close() }
        let start = try file.read(upToCount: 8) ?? Data()
        if start.elementsEqual([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return .hdf5 }
        return start.starts(with: [0x50, 0x4B, 3, 4]) && path.lowercased().hasSuffix(".npz") ? .npz : .csv
    }
}
