internal import CDNNL
internal import CKernels

/// A matrix product C = A B, or C = A B + bias with the bias in every row, and a ReLU where one follows; C is row-major
/// and dense.
protocol MatrixProduct {
    /// Floats of scratch memory that ``run`` needs.
    var scratchFloats: Int { get }

    func run(
        _ a: MatrixOperand, _ b: MatrixOperand, bias: UnsafePointer<Float>?, relu: Bool,
        into c: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) throws(ComputeError)
}

extension MatrixProduct {
    func run(
        _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) throws(ComputeError) {
        try run(a, b, bias: nil, relu: false, into: c, scratch: scratch)
    }
}

/// A matrix in memory, row-major, read as it is or transposed.
struct MatrixOperand {
    let base: UnsafePointer<Float>
    /// Floats from one stored row to the next.
    let stride: Int
    let transposed: Bool

    init(_ base: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
        self.base = base
        self.stride = stride
        self.transposed = transposed
    }

    fileprivate var rowStep: Int { transposed ? 1 : stride }
    fileprivate var columnStep: Int { transposed ? stride : 1 }
    fileprivate var transposition: CChar { CChar(bitPattern: UInt8(ascii: transposed ? "T" : "N")) }
}

/// A product by this project's kernel.
struct KernelProduct: MatrixProduct {
    let rows: Int
    let columns: Int
    let inner: Int

    var scratchFloats: Int { winnow_gemm_scratch(rows, columns, inner) }

    func run(
        _ a: MatrixOperand, _ b: MatrixOperand, bias: UnsafePointer<Float>?, relu: Bool,
        into c: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        winnow_gemm(
            rows, columns, inner, a.base, a.rowStep, a.columnStep, b.base, b.rowStep, b.columnStep, bias,
            relu ? 1 : 0, c, columns, scratch)
    }
}

/// A product by oneDNN.
struct LibraryProduct: MatrixProduct {
    let rows: Int
    let columns: Int
    let inner: Int

    var scratchFloats: Int { 0 }

    func run(
        _ a: MatrixOperand, _ b: MatrixOperand, bias: UnsafePointer<Float>?, relu: Bool,
        into c: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) throws(ComputeError) {
        if let bias {
            winnow_fill_rows(bias, c, rows, columns)
        }
        try check(
            dnnl_sgemm(
                a.transposition, b.transposition, dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(inner), 1, a.base,
                dnnl_dim_t(a.stride), b.base, dnnl_dim_t(b.stride), bias == nil ? 0 : 1, c, dnnl_dim_t(columns)),
            "matrix product")
        if relu {
            winnow_relu_forward(c, rows * columns)
        }
    }
}
