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
