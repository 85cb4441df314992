/// `disk_shim.c`, compiled: what a coordinator is started with so that it tells what it does to its study's folder, and
/// dies on the way.
struct DiskShim {
    private let library: PreloadedLibrary

    /// - Throws: `CompilerFailed` with the compiler's words.
    init() throws {
        library = try PreloadedLibrary("Tests/EndToEndTests/Faults/disk_shim.c")
    }

    /// The environment in which a coordinator is watched.
    ///
    /// - Parameters:
    ///   - study: the study's folder, absolute.
    ///   - log: the file that gets the operations.
    ///   - point: where the process kills itself, from 1; nil for nowhere.
    func environment(study: String, log: String, killAt point: Int? = nil) -> [String: String] {
        var variables = [
            "LD_PRELOAD": library.path, "WINNOW_SHIM_FOLDER": study, "WINNOW_SHIM_LOG": log,
        ]
        variables["WINNOW_SHIM_KILL"] = point.map(String.init)
        return variables
    }
}
