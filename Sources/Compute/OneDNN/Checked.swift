internal import CDNNL

/// Turns a failed oneDNN call into the error that names it.
func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws(ComputeError) {
    guard status == dnnl_success else { throw ComputeError(status: status, operation: operation()) }
}
