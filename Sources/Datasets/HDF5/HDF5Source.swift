/// An HDF5 file with the datasets `/train/x` and `/train/y`, and perhaps more parts.
package struct HDF5Source: Hashable, Sendable {
    package var path: String
    package var targetKind: TargetKind

    package init(path: String, targetKind: TargetKind) {
        self.path = path
        self.targetKind = targetKind
    }
}

extension HDF5Source {
    package func load(as name: String) throws(DatasetError) -> Dataset {
        throw DatasetError(.wrongFormat, in: path, "HDF5 files are not read yet")
    }
}
