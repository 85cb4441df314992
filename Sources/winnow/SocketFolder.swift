import Glibc
import Messaging

/// A private folder with a short name for the socket between a coordinator and its own workers: the path of a Unix
/// socket has at most 107 bytes, and a study's folder may be deeper than that.
struct SocketFolder {
    let path: String
    let endpoint: Endpoint

    init() throws {
        var template = Array("/tmp/winnow-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(
                .failed, "/tmp: cannot make a folder for the workers' socket: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        endpoint = try Endpoint("ipc://\(path)/coordinator")
    }

    func remove() {
        unlink("\(path)/coordinator")
        rmdir(path)
    }
}
