internal import HDF5

extension HDF5Source {
    /// A data set as the bytes of an HDF5 file that this source reads, and h5py and others do as well.
    ///
    /// What the source does not set apart becomes `/train`. Bytes and 16-bit images stay what they are, classes become
    /// 32-bit integers, numbers are 64-bit where 32 bits would round them.
    /// - Throws: where the library refuses.
    package static func encode(_ dataset: Dataset) throws(DatasetError) -> [UInt8] {
        do throws(HDF5Error) {
            let file = try File.createInMemory()
            if let names = dataset.targets.classNames { try file.root.setAttribute("class_names", names) }
            try write(dataset, dataset.own.remaining(of: dataset.count), as: "train", in: file.root)
            for (name, range) in [
                ("validation", dataset.own.validation), ("test", dataset.own.test),
                ("unlabelled", dataset.own.unlabelled),
            ] {
                if let range { try write(dataset, Array(range), as: name, in: file.root) }
            }
            return try file.image()
        } catch {
            throw DatasetError(.wrongFormat, in: dataset.name, "cannot be written: \(error)")
        }
    }

    private static func write(_ dataset: Dataset, _ rows: [Int], as name: String, in root: Group) throws(HDF5Error) {
        let group = try root.create(group: name)
        let shape = [rows.count] + dataset.sampleShape
        switch dataset.samples {
        case .bytes(let bytes):
            try group.write("x", selected(bytes, rows, width: dataset.featureCount), shape: shape)
        case .words(let words):
            try group.write("x", selected(words, rows, width: dataset.featureCount), shape: shape)
        case .floats(let floats):
            try group.write("x", selected(floats, rows, width: dataset.featureCount), shape: shape)
        case .doubles(let doubles):
            try group.write("x", selected(doubles, rows, width: dataset.featureCount), shape: shape)
        }
        switch dataset.targets.selecting(rows) {
        case .classes(let labels, names: _): try group.write("y", labels)
        case .values(let values):
            switch NumberList(values).samples {
            case .floats(let floats): try group.write("y", floats)
            default: try group.write("y", values)
            }
        }
    }

    private static func selected<Number>(_ values: [Number], _ rows: [Int], width: Int) -> [Number] {
        // Nothing is copied where there is nothing to choose.
        guard rows.count * width < values.count else { return values }
        var selected: [Number] = []
        selected.reserveCapacity(rows.count * width)
        for row in rows { selected += values[row * width..<(row + 1) * width] }
        return selected
    }
}
