internal import Datasets
internal import Glibc

/// A data set that is accepted has as many targets as samples, and each sample has its shape.
enum DatasetReading {
    static func idx(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        guard bytes.count >= 2 else { return }
        let (images, labels) = halves(bytes)
        try write(images, "train-images-idx3-ubyte", in: folder)
        try write(labels, "train-labels-idx1-ubyte", in: folder)
        try check(try? IDXSource(folder: folder).load(as: "fuzzed"))
    }

    static func cifar(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        try write(bytes[...], "data_batch_1.bin", in: folder)
        try check(try? CIFARSource(folder: folder).load(as: "fuzzed"))
    }

    static func csv(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        try write(bytes[...], "table.csv", in: folder)
        for kind in [TargetKind.classes, .values] {
            let source = CSVSource(path: "\(folder)/table.csv", targetKind: kind)
            try check(try? source.load(as: "fuzzed"))
        }
    }

    static func picture(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        try write(bytes[...], "picture", in: folder)
        for channels in [1, 3] {
            let shape = [channels, 4, 5]
            let samples = try? ImageList.samples(of: ["\(folder)/picture"], shape: shape, appliesOrientation: true)
            guard (samples?.count ?? 20 * channels) == 20 * channels else {
                throw BrokenPromise("a picture has \(samples?.count ?? 0) values, where \(shape) was asked for")
            }
        }
    }

    static func npz(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        var archive = bytes
        if !bytes.starts(with: Array("PK".utf8)) {
            guard bytes.count >= 2 else { return }
            let (x, y) = halves(bytes)
            archive = StoredZip.archive(of: [("x.npy", Array(x)), ("y.npy", Array(y))])
        }
        try write(archive[...], "arrays.npz", in: folder)
        for kind in [TargetKind.classes, .values] {
            try check(try? NPZSource(path: "\(folder)/arrays.npz", targetKind: kind).load(as: "fuzzed"))
        }
    }

    /// What is behind a length of two bytes, and the rest.
    private static func halves(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let rest = bytes.dropFirst(2)
        let first = rest.prefix(Int(bytes[0]) << 8 | Int(bytes[1]))
        return (first, rest.dropFirst(first.count))
    }

    private static func write(_ bytes: ArraySlice<UInt8>, _ name: String, in folder: String) throws(BrokenPromise) {
        do {
            try FolderFiles.write(Array(bytes), to: "\(folder)/\(name)")
        } catch {
            throw BrokenPromise("the fuzzer's own folder fails: \(error)")
        }
    }

    private static func check(_ dataset: Dataset?) throws(BrokenPromise) {
        guard let dataset else { return }
        let values = dataset.samples.count
        guard values == dataset.count * dataset.sampleShape.reduce(1, *) else {
            throw BrokenPromise("\(values) values are no \(dataset.count) samples of shape \(dataset.sampleShape)")
        }
    }
}

/// The files of which a fuzzer makes some ten thousand a second.
enum FolderFiles {
    struct Failure: Error {
        let code: Int32
    }

    static func make(_ folder: String) throws(Failure) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure(code: errno) }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure(code: errno) }
    }
}
