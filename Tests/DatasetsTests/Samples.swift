import Datasets

/// A table of one feature, which is the row's number, and of these classes.
func table(labels: [Int32], classes: Int) -> Dataset {
    Dataset(
        name: "table", sampleShape: [1], features: labels.indices.map(Float.init),
        targets: .classes(labels, names: (0..<classes).map(String.init)), featureNames: ["row"], digest: "")
}

/// Rows of `sampleShape`, with one value to predict for each.
func table(_ features: [Float], sampleShape: [Int], values: [Float]) -> Dataset {
    Dataset(
        name: "table", sampleShape: sampleShape, features: features, targets: .values(values),
        featureNames: (0..<sampleShape.reduce(1, *)).map(String.init), digest: "")
}
