internal import CDNNL
internal import CKernels

/// A matrix product C = A B, or C = A B + bias with the bias in every row; C is row-major and dense.
///
/// Small products run in an own kernel, since a library call costs more than they do; the rest in oneDNN. The size
/// alone decides, so the same model takes the same way on every machine.
struct Product {
    let rows: Int
    let columns: Int
    let inner: Int

    /// A matrix in memory, row-major, read as it is or transposed.
    struct Operand {
        let base: UnsafePointer<Float>
        /// Floats from one stored row to the next.
        let stride: Int
        let transposed: Bool

        init(_ base: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
            self.base = base
            self.stride = stride
            self.transposed = transposed
        }
    }

    /// Multiplications up to which the own kernel is used. On AVX2 the two meet between 2^15 and 2^17.
    static let smallLimit = 1 << 15

    private var isSmall: Bool {
        rows * columns * inner <= Self.smallLimit
    }

    /// Bytes of scratch memory for a product whose inner dimension is at most `longest`.
    static func scratchBytes(longest: Int) -> Int {
        winnow_gemm_small_scratch(longest) * MemoryLayout<Float>.stride
    }

    func run(
        _ a: Operand, _ b: Operand, bias: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) throws(ComputeError) {
        if isSmall {
            winnow_gemm_small(
                rows, columns, inner, a.base, a.rowStep, a.columnStep, b.base, b.rowStep, b.columnStep, bias, c,
                columns,
                scratch)
            return
        }
        if let bias {
            winnow_fill_rows(bias, c, rows, columns)
        }
        try check(
            dnnl_sgemm(
                a.transposition, b.transposition, dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(inner), 1, a.base,
                dnnl_dim_t(a.stride), b.base, dnnl_dim_t(b.stride), bias == nil ? 0 : 1, c, dnnl_dim_t(columns)),
            "matrix product")
    }
}

extension Product.Operand {
    fileprivate var rowStep: Int { transposed ? 1 : stride }
    fileprivate var columnStep: Int { transposed ? stride : 1 }
    fileprivate var transposition: CChar { CChar(bitPattern: UInt8(ascii: transposed ? "T" : "N")) }
}
