import Datasets

/// A table of one feature, which is the row's number, and of these classes.
func table(labels: [Int32], classes: Int, own: OwnParts = OwnParts()) -> Dataset {
    Dataset(
        name: "table", sampleShape: [1], samples: .floats(SampleArray(labels.indices.map(Float.init))),
        targets: .classes(labels, names: (0..<classes).map(String.init)), columns: [TableColumn(name: "row")],
        digest: "", own: own)
}

/// Rows of `sampleShape`, with one value to predict for each.
func table(_ features: [Float], sampleShape: [Int], values: [Float]) -> Dataset {
    Dataset(
        name: "table", sampleShape: sampleShape, samples: .floats(SampleArray(features)),
        targets: .values(values.map(Double.init)),
        columns: (0..<sampleShape.reduce(1, *)).map { TableColumn(name: String($0)) }, digest: "")
}

extension Dataset {
    /// The samples as numbers.
    var floats: [Float] {
        switch samples {
        case .floats(let floats): Array(floats)
        case .bytes(let bytes): bytes.map(Float.init)
        case .words(let words): words.map(Float.init)
        case .doubles(let doubles): doubles.map { Float($0) }
        }
    }
}

extension Part {
    /// The scaled features of all samples, as batches get them.
    var features: [Float] {
        var features = [Float](repeating: .nan, count: count * featureCount)
        features.withUnsafeMutableBufferPointer { gather(Array(0..<count)[...], features: $0) }
        return features
    }
}

extension SplitRequest {
    static func shares(validation: Double, test: Double, stratified: Bool = true) -> SplitRequest {
        SplitRequest(validation: .share(validation), test: .share(test), stratified: stratified)
    }
}
