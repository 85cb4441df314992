import Architecture

extension DataSourceDescription {
    /// What a mapping's key says that it is.
    private enum Form: String, CaseIterable {
        case csv, idx, cifar10, images, hdf5, npz
    }

    /// Reads a built-in's name, or a mapping that names a file or a folder.
    init(
        reading value: ConfigValue, notedIn data: Section, taskHint: LearningTask?
    ) throws(ExperimentError) {
        guard case .mapping(let entries) = value.node.content else {
            let source = try Self.builtIn(value)
            data.note("source", ConfigNode(.string(source.rawValue)))
            self = .builtIn(source)
            return
        }
        let forms = Form.allCases.filter { form in entries.contains { $0.key == form.rawValue } }
        guard let form = forms.first, forms.count == 1 else {
            guard forms.isEmpty, let key = entries.first?.key else {
                throw value.error(
                    "a source is one of \(Form.allCases.map(\.rawValue).joined(separator: ", ")), with its file or folder"
                )
            }
            throw value.unknown("source", key, among: Form.allCases.map(\.rawValue))
        }
        let (source, resolved) = try value.section { section throws(ExperimentError) -> DataSourceDescription in
            section.kind = form.rawValue
            return switch form {
            case .csv: .csv(try CSVDescription(reading: section, taskHint: taskHint))
            case .idx: .idx(try section.string("idx"))
            case .cifar10: .cifar10(try section.string("cifar10"))
            case .images: .images(try ImagesDescription(reading: section))
            case .hdf5:
                .hdf5(
                    ArrayFileDescription(
                        file: try section.string("hdf5"), task: try Self.task(section, hint: taskHint)))
            case .npz:
                .npz(
                    ArrayFileDescription(
                        file: try section.string("npz"), task: try Self.task(section, hint: taskHint)))
            }
        }
        data.note("source", resolved)
        self = source
    }

    /// - Throws: for another word; where it looks like a file or a folder, with how that is written.
    private static func builtIn(_ value: ConfigValue) throws(ExperimentError) -> BuiltInSource {
        guard case .scalar(let scalar) = value.node.content, scalar.value != .null,
            BuiltInSource(rawValue: scalar.text) == nil
        else { return try value.choice(of: "source") }
        if let form = ownForm(of: scalar.text) {
            throw value.error("\"\(scalar.text)\" is no built-in source; \(form)")
        }
        let names = BuiltInSource.allCases.map(\.rawValue)
        let error = value.unknown("source", scalar.text, among: names)
        guard error.correction == nil else { throw error }
        throw value.error(
            "unknown source \"\(scalar.text)\" (your own are {csv: FILE}, {images: FOLDER} or {hdf5: FILE}); "
                + "there are: \(names.joined(separator: ", "))")
    }

    /// How the file or folder that a path seems to be is written; nil for what looks like no path.
    private static func ownForm(of path: String) -> String? {
        let name = path.lowercased()
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        func ends(_ suffixes: String...) -> Bool { suffixes.contains { plain.hasSuffix($0) } }
        if ends(".csv", ".tsv", ".txt", ".tab", ".data") {
            let separator = ends(".tsv", ".tab") ? ", separator: \"\\t\"" : ""
            return "a table of your own is {csv: \(path)}, with its column to predict: "
                + "{csv: \(path), target: COLUMN, task: classification\(separator)}"
        }
        if ends(".h5", ".hdf5", ".hdf", ".he5") {
            return "an HDF5 file of your own is {hdf5: \(path)}, with its task: "
                + "{hdf5: \(path), task: classification}"
        }
        if ends(".npz") {
            return "a file of NumPy's arrays is {npz: \(path)}, with its task: {npz: \(path), task: classification}"
        }
        if ends("-ubyte", ".idx", ".idx3", ".idx1") {
            return "a folder with MNIST's four files is {idx: FOLDER}"
        }
        if ends(".bin") { return "a folder with CIFAR-10's batches is {cifar10: FOLDER}" }
        if ends(".png", ".jpg", ".jpeg", ".webp", ".bmp") {
            return "a folder with one folder of images per class is {images: FOLDER}"
        }
        if ends(
            ".npy", ".parquet", ".feather", ".xlsx", ".xls", ".pkl", ".pickle", ".pt", ".mat", ".json", ".arff")
        {
            return "files of this kind are not read: write it as a table, {csv: FILE}, or as HDF5, {hdf5: FILE}"
        }
        guard path.contains("/") || path.hasPrefix(".") || path.hasPrefix("~") else { return nil }
        return "a folder of your own is {images: \(path)} where it has one folder of images per class, "
            + "{idx: \(path)} or {cifar10: \(path)} where it has the files of MNIST or CIFAR-10"
    }

    fileprivate static func task(_ section: Section, hint: LearningTask?) throws(ExperimentError) -> LearningTask {
        guard section.has("task") || hint != nil else {
            throw section.error(withoutKey: "task", "say what to learn: task: classification, or task: regression")
        }
        return try section.choice("task", default: hint)
    }
}

extension DataSourceDescription.CSVDescription {
    fileprivate init(reading section: Section, taskHint: LearningTask?) throws(ExperimentError) {
        file = try section.string("csv")
        target = try section.string("target")
        ignore = try section.strings("ignore")
        let sizes = try section.list("shape") { value throws(ExperimentError) in try value.int(in: 1...1_000_000) }
        guard [0, 1, 3].contains(sizes.count) else {
            throw section.error(at: "shape", "must be [features] or [channels, height, width]")
        }
        shape = sizes.isEmpty ? nil : Shape(sizes)
        if !sizes.isEmpty { section.note("shape", ConfigNode(.list(sizes.map { ConfigNode(.int($0)) }))) }
        task = try DataSourceDescription.task(section, hint: taskHint)
        columns = try ColumnDescription.readAll("columns", of: section)
        format = try TableFormatDescription(reading: section)
        encoding = try Self.encoding(section)
        let isHeaderGiven = section.optional("header") != nil
        header = isHeaderGiven ? try section.bool("header") : nil
    }

    private static func encoding(_ section: Section) throws(ExperimentError) -> TextEncodingDescription? {
        guard let given = section.optional("encoding") else { return nil }
        let name = try given.string()
        guard let encoding = TextEncodingDescription(name: name) else {
            throw given.unknown("encoding", name, among: TextEncodingDescription.allCases.map(\.rawValue))
        }
        section.note("encoding", ConfigNode(.string(encoding.rawValue)))
        return encoding
    }
}

extension DataSourceDescription.ImagesDescription {
    fileprivate init(reading section: Section) throws(ExperimentError) {
        folder = try section.string("images")
        let sizes = try section.list("size") { value throws(ExperimentError) in try value.int(in: 1...4096) }
        guard [0, 2].contains(sizes.count) else { throw section.error(at: "size", "must be [height, width]") }
        size = sizes.isEmpty ? nil : Size(height: sizes[0], width: sizes[1])
        if !sizes.isEmpty { section.note("size", ConfigNode(.list(sizes.map { ConfigNode(.int($0)) }))) }
        exifOrientation = try section.bool("exif_orientation", default: false)
        guard section.has("channels") else {
            _ = section.optional("channels")
            channels = nil
            return
        }
        let count = try section.int("channels", in: 1...3)
        guard count != 2 else { throw section.error(at: "channels", "must be 1 for grey or 3 for colour") }
        channels = count
    }
}
