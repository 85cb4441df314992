import Glibc

extension CommandLine {
    /// This program's own file, whatever the command was called by.
    static var executablePath: String {
        guard let path = realpath("/proc/self/exe", nil) else { return arguments[0] }
        defer { free(path) }
        return String(cString: path)
    }
}
