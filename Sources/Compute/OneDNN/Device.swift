internal import CDNNL

/// oneDNN's engine and stream on the CPU, and the promise of one thread.
final class Device {
    let engine: dnnl_engine_t
    let stream: dnnl_stream_t

    private static let setThreads = winnow_openmp_set_threads()

    init() throws(ComputeError) {
        Self.useOneThread()
        var engine: dnnl_engine_t?
        try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create an engine")
        var stream: dnnl_stream_t?
        let status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
        if status != dnnl_success { dnnl_engine_destroy(engine) }
        try check(status, "create a stream")
        self.engine = engine!
        self.stream = stream!
    }

    deinit {
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(engine)
    }

    /// Keeps oneDNN on the calling thread. OpenMP holds the number per thread, so whoever computes says it again:
    /// a trainer may have been made on another thread.
    static func useOneThread() {
        setThreads?(1)
    }
}

/// Turns a failed oneDNN call into the error that names it.
func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws(ComputeError) {
    guard status == dnnl_success else { throw ComputeError(status: status, operation: operation()) }
}

/// What the numbers of a run depend on beside the program: it belongs into a study's provenance.
public struct ComputeBackend: Sendable, Hashable {
    /// oneDNN's version, such as "2.6.3".
    public let library: String
    /// The widest instruction set that oneDNN uses on this CPU, such as "avx2".
    public let instructionSet: String
    /// Who computes convolutions and products, and with which instructions: "own x86-64-v3", or "onednn".
    public let kernels: String
    /// How many threads one trainer computes with.
    public let threads: Int

    /// The backend of this process.
    ///
    /// - Throws: ``ComputeError`` with `invalidSetting` where the environment's `WINNOW_KERNELS` has a wrong word.
    public static func current() throws(ComputeError) -> ComputeBackend {
        let kernels = try PlanOptions.fromEnvironment().kernels.library
        let version = dnnl_version()!.pointee
        return ComputeBackend(
            library: "\(version.major).\(version.minor).\(version.patch)",
            instructionSet: name(of: dnnl_get_effective_cpu_isa()),
            kernels: kernels.description,
            threads: 1)
    }

    /// oneDNN's own name for it: which ones there are, and their numbers, differ between its versions.
    private static func name(of isa: dnnl_cpu_isa_t) -> String {
        let name = String(cString: dnnl_cpu_isa2str(isa))
        let prefix = "cpu_isa_"
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }
}
