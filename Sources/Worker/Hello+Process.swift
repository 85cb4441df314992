import Compute
import Glibc
package import Wire

extension WorkerMessage.Hello {
    /// What this process says of itself.
    ///
    /// - Throws: `ComputeError` where the environment asks for kernels that there are not.
    package static func ofThisProcess(program: String, slots: Int) throws -> WorkerMessage.Hello {
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let backend = try ComputeBackend.current()
        return WorkerMessage.Hello(
            protocolVersion: Wire.protocolVersion,
            worker: WorkerName(host: host, process: getpid(), token: .random(in: 0...UInt32.max)).description,
            program: "winnow \(program)", host: host, slots: slots,
            environment: [
                "host": host, "program": "winnow \(program)", "onednn": backend.library,
                "instruction_set": backend.instructionSet,
                "kernels": backend.kernels, "threads": String(backend.threads),
            ],
            running: [])
    }
}
