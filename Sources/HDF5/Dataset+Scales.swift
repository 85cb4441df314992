internal import CHDF5

/// Dimension scales: datasets that say what stands along another dataset's dimension, as xarray and netCDF read them.
///
/// Source: "HDF5 Dimension Scale Specification and Design Notes", The HDF Group, 2005.
extension Dataset {
    /// Turns this dataset into a scale.
    package func makeScale(name: String) throws(HDF5Error) {
        try Library.call("H5DSset_scale", path) { H5DSset_scale(handle.id, name) }
    }

    /// Says that `scale` labels what stands along `dimension`.
    package func attachScale(_ scale: Dataset, dimension: Int) throws(HDF5Error) {
        try Library.call("H5DSattach_scale", path) { H5DSattach_scale(handle.id, scale.handle.id, UInt32(dimension)) }
    }
}
