/// An error that a failed system call becomes: each target that works on files has its own, with its own words.
package protocol SystemCallError: Error {
    /// - Parameters:
    ///   - operation: the name of the system call.
    ///   - path: the file or folder that it concerned.
    ///   - code: the `errno` that it left.
    init(failed operation: String, at path: String, code: Int32)
}
