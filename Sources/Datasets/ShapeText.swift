/// A shape as errors write it: `3x32x32`.
func shapeText(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "x")
}
