internal import HDF5

/// A group of columns that share one dimension: each a dataset of one dimension, on the scale that numbers the rows.
///
/// Columns, because R, MATLAB and netCDF read compounds poorly or not at all; the scale lets xarray join them.
struct Table {
    let group: Group
    private let scale: Dataset

    /// Makes a table with its scale.
    init(in parent: Group, named name: String, scale scaleName: String, _ rows: [Int32]) throws {
        group = try parent.create(group: name)
        scale = try group.write(scaleName, rows)
        try scale.makeScale(name: scaleName)
    }

    /// Adds a column of numbers; `units` as UDUNITS and the CF conventions spell them.
    func add(_ name: String, _ values: [some Element], units: String? = nil) throws {
        let column = try group.write(name, values)
        try column.attachScale(scale, dimension: 0)
        if let units { try column.setAttribute("units", units) }
    }

    /// Adds a column of text.
    func add(_ name: String, _ values: [String]) throws {
        try group.writeStrings(name, values).attachScale(scale, dimension: 0)
    }
}
