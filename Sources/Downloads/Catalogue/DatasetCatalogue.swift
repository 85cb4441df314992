/// The data sets that can be fetched: their addresses, files and checksums.
package struct DatasetCatalogue: Sendable {
    package let datasets: [DownloadableDataset]

    package init(_ datasets: [DownloadableDataset]) {
        self.datasets = datasets
    }

    package subscript(name: String) -> DownloadableDataset? {
        datasets.first { $0.name == name }
    }

    /// Those that Winnow knows.
    package static let standard = DatasetCatalogue([mnist, fashionMNIST, cifar10])
}
