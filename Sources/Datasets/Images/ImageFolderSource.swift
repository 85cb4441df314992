/// A folder with one folder of images for each class.
package struct ImageFolderSource: Hashable, Sendable {
    package var path: String
    /// Height and width to which all images are resized; nil leaves them as they are.
    package var size: [Int]?
    /// 1 or 3; where it is not given, 3 if any image is stored in colour, else 1.
    package var channels: Int?

    package init(path: String, size: [Int]? = nil, channels: Int? = nil) {
        self.path = path
        self.size = size
        self.channels = channels
    }
}

extension ImageFolderSource {
    package func load(as name: String) throws(DatasetError) -> Dataset {
        throw DatasetError(.wrongFormat, in: path, "image folders are not read yet")
    }
}
