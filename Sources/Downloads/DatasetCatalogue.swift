/// The data sets that can be downloaded: their addresses, files and checksums.
package struct DatasetCatalogue: Sendable {
    package let datasets: [DownloadableDataset]

    package init(_ datasets: [DownloadableDataset]) { self.datasets = datasets }

    package subscript(name: String) -> DownloadableDataset? {
        datasets.first { $0.name == name }
    }

    /// The data sets that Winnow knows.
    package static let standard = DatasetCatalogue([mnist, fashionMNIST, cifar10])
}

// The sums of the files are those of TensorFlow Datasets (`url_checksums/{mnist,fashion_mnist,cifar10}.txt`).

extension DatasetCatalogue {
    /// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    static let mnist = DownloadableDataset(
        name: "mnist",
        addresses: [
            .url("https://ossci-datasets.s3.amazonaws.com/mnist/", note: "PyTorch's mirror"),
            .url("https://storage.googleapis.com/cvdf-datasets/mnist/", note: "CVDF's mirror"),
            .url("http://yann.lecun.com/exdb/mnist/", note: "the canonical address, often closed"),
        ],
        contents: .files([
            RemoteFile(
                "train-images-idx3-ubyte.gz", size: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            RemoteFile(
                "train-labels-idx1-ubyte.gz", size: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            RemoteFile(
                "t10k-images-idx3-ubyte.gz", size: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            RemoteFile(
                "t10k-labels-idx1-ubyte.gz", size: 4_542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ]))

    /// Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST", arXiv:1708.07747.
    static let fashionMNIST = DownloadableDataset(
        name: "fashion-mnist",
        addresses: [.url("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")],
        contents: .files([
            RemoteFile(
                "train-images-idx3-ubyte.gz", size: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            RemoteFile(
                "train-labels-idx1-ubyte.gz", size: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            RemoteFile(
                "t10k-images-idx3-ubyte.gz", size: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            RemoteFile(
                "t10k-labels-idx1-ubyte.gz", size: 5_148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ]))

    /// Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
    static let cifar10 = DownloadableDataset(
        name: "cifar10",
        addresses: [.url("https://www.cs.toronto.edu/~kriz/")],
        contents: .archive(
            RemoteFile(
                "cifar-10-binary.tar.gz", size: 170_052_171,
                sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
            members: [
                batch("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                batch("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                batch("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                batch("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                batch("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                batch("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
                ArchiveMember("batches.meta.txt", sizes: 1...4096),
            ]))

    /// 10,000 records of a label and 3 x 32 x 32 bytes.
    private static func batch(_ name: String, _ sha256: String) -> ArchiveMember {
        ArchiveMember(name, size: 30_730_000, sha256: sha256)
    }
}
