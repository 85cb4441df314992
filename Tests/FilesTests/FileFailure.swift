import Files

/// What a failed system call becomes in these tests.
struct FileFailure: SystemCallError, Hashable {
    let operation: String
    let path: String
    let code: Int32

    init(failed operation: String, at path: String, code: Int32) {
        (self.operation, self.path, self.code) = (operation, path, code)
    }
}

typealias OpenFile = Files.OpenFile<FileFailure>
typealias Folder = Files.Folder<FileFailure>
typealias PartialFile = Files.PartialFile<FileFailure>
