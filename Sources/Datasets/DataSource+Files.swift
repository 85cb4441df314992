/// The files of a data source, and the same source elsewhere: how a data set travels.
extension DataSource {
    /// All files that ``load(from:)`` reads, in its order.
    ///
    /// - Throws: where one of them is missing.
    package func files(in library: DataLibrary = .standard) throws(DatasetError) -> [SourceFile] {
        switch self {
        case .mnist5k: [try library.file("mnist_5k.csv.gz")]
        case .digits: [try library.file("digits.csv.gz")]
        case .housing: [try library.file("boston.csv")]
        case .csv(let source): [SourceFile(path: source.path, name: SourceFile.name(of: source.path))]
        case .hdf5(let source): [SourceFile(path: source.path, name: SourceFile.name(of: source.path))]
        case .mnist, .fashionMNIST:
            try Self.files(IDXSource(folder: library.locate(folder: name), isWhole: true).fileNames(), library, name)
        case .cifar10: try Self.files(CIFARSource(folder: library.locate(folder: name)).fileNames(), library, name)
        case .idx(let folder): Self.files(try IDXSource(folder: folder).fileNames(), in: folder)
        case .cifarFolder(let folder): Self.files(try CIFARSource(folder: folder).fileNames(), in: folder)
        case .images(let source): Self.files(try ImageTree(source.path).files.map(\.path), in: source.path)
        }
    }

    private static func files(_ names: [String], in folder: String) -> [SourceFile] {
        names.map { SourceFile(path: "\(folder)/\($0)", name: $0) }
    }

    /// A built-in folder keeps its own name, by which it is looked for.
    private static func files(
        _ names: [String], _ library: DataLibrary, _ folder: String
    ) throws(DatasetError) -> [SourceFile] {
        let place = try library.locate(folder: folder)
        return names.map { SourceFile(path: "\(place)/\($0)", name: "\(folder)/\($0)") }
    }

    /// The same source, its files as ``files(in:)`` names them in `folder`. A built-in is then to be loaded from the
    /// library that is this folder alone.
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
        case .images(var source):
            source.path = folder
            return .images(source)
        }
    }
}

extension DataLibrary {
    fileprivate func file(_ name: String) throws(DatasetError) -> SourceFile {
        SourceFile(path: try locate(name), name: name)
    }
}

extension IDXSource {
    /// The names of the files that are there, images before labels and training before test.
    func fileNames() throws(DatasetError) -> [String] {
        let files = try IDXFiles(folder: folder, isWhole: isWhole)
        return files.training.names + (files.test?.names ?? [])
    }
}

extension CIFARSource {
    /// The names of the files that are there, that of the classes' names last.
    func fileNames() throws(DatasetError) -> [String] {
        let files = FolderFile(folder: folder)
        let names = ((1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]).compactMap(files.find)
        let classes = "batches.meta.txt"
        return names + (FileBytes.isReadable(files.path(of: classes)) ? [classes] : [])
    }
}
