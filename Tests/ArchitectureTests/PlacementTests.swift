import Architecture
import Testing

@Suite("Placing a model")
struct PlacementTests {
    @Test("infers mnist_cnn's shapes")
    func mnist() throws {
        let model = try ModelDescription.mnistCNN().placed(on: [1, 28, 28])
        #expect(
            model.elements.map(\.output.description) == [
                "64x26x26", "64x26x26", "64x13x13", "192x13x13", "192x13x13", "192x6x6", "192x6x6", "6912", "1024",
                "1024", "1024", "512", "512", "10",
            ])
    }
}
