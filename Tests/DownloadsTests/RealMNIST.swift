import Foundation

/// MNIST's four canonical files, where this machine has them.
enum RealMNIST {
    /// `$WINNOW_TEST_DATA/mnist`, or `../shared/data/mnist` beside the repository; nil where neither is there.
    static let folder: String? = {
        let repository = #filePath.components(separatedBy: "/Tests/")[0]
        let data =
            ProcessInfo.processInfo.environment["WINNOW_TEST_DATA"] ?? "\(repository)/../shared/data"
        let folder = "\(data)/mnist"
        return FileManager.default.fileExists(atPath: "\(folder)/train-images-idx3-ubyte.gz") ? folder : nil
    }()
}
