internal import CDNNL

/// What the numbers of a run depend on beside the program: it belongs into a study's provenance.
public struct ComputeBackend: Sendable, Hashable {
    /// oneDNN's version, such as "2.6.3".
    public let library: String
    /// The widest instruction set that oneDNN uses on this CPU, such as "avx2".
    public let instructionSet: String
    /// How many threads one trainer computes with.
    public let threads: Int

    /// The backend of this process.
    public static var current: ComputeBackend {
        let version = dnnl_version()!.pointee
        return ComputeBackend(
            library: "\(version.major).\(version.minor).\(version.patch)",
            instructionSet: name(of: dnnl_get_effective_cpu_isa()),
            threads: 1)
    }

    private static func name(of isa: dnnl_cpu_isa_t) -> String {
        switch isa {
        case dnnl_cpu_isa_sse41: "sse41"
        case dnnl_cpu_isa_avx: "avx"
        case dnnl_cpu_isa_avx2: "avx2"
        case dnnl_cpu_isa_avx2_vnni: "avx2_vnni"
        case dnnl_cpu_isa_avx512_core: "avx512_core"
        case dnnl_cpu_isa_avx512_core_vnni: "avx512_core_vnni"
        case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
        case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
        default: "isa-\(isa.rawValue)"
        }
    }
}
