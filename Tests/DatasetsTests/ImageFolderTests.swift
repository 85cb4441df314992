import CTurboJPEG
import Datasets
import Foundation
import TestSupport
import Testing

/// Folders of PNG and JPEG images, of every kind and with every fault.
@Suite struct ImageFolderTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func write(_ images: [PNGText]) throws {
        try PNGText.write(images, to: folder)
    }

    private func jpeg(_ path: String, rgb: [UInt8], width: Int, isGrey: Bool = false) throws {
        let compressor = try #require(tjInitCompress())
        defer { tjDestroy(compressor) }
        var buffer: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let format = Int32((isGrey ? TJPF_GRAY : TJPF_RGB).rawValue)
        let sampling = Int32((isGrey ? TJSAMP_GRAY : TJSAMP_444).rawValue)
        let height = rgb.count / width / (isGrey ? 1 : 3)
        let code = tjCompress2(
            compressor, rgb, Int32(width), 0, Int32(height), format, &buffer, &size, sampling, 100, 0)
        defer { tjFree(buffer) }
        try #require(code == 0)
        let place = URL(fileURLWithPath: folder.file(path))
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes: try #require(buffer), count: Int(size)).write(to: place)
    }

    private func load(size: [Int]? = nil, channels: Int? = nil) throws -> Dataset {
        try DataSource.images(ImageFolderSource(path: folder.path, size: size, channels: channels)).load()
    }

    private func message(size: [Int]? = nil, channels: Int? = nil) -> String? {
        let error = #expect(throws: DatasetError.self) { try load(size: size, channels: channels) }
        #expect(error?.description.contains("\n") == false)
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    @Test(
        arguments: [
            (PNGText(path: "a/x.png", rows: "0a14/1eff"), 1, [10, 20, 30, 255]),
            (PNGText(path: "a/x.png", bits: 1, rows: "40/80"), 1, [0, 255, 255, 0]),
            (PNGText(path: "a/x.png", kind: 4, rows: "0a001480/1effff00"), 1, [10, 20, 30, 255]),
            (
                PNGText(path: "a/x.png", kind: 2, rows: "010203040506/0708090a0b0c"), 3,
                [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]
            ),
            (
                PNGText(path: "a/x.png", kind: 6, rows: "0102030004050680/070809ff0a0b0c00"), 3,
                [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]
            ),
            (
                PNGText(path: "a/x.png", kind: 3, rows: "0001/0100", palette: "010203fffefd"), 3,
                [1, 255, 255, 1, 2, 254, 254, 2, 3, 253, 253, 3]
            ),
        ] as [(PNGText, Int, [UInt8])])
    func everyKindOfPNG(_ image: PNGText, channels: Int, pixels: [UInt8]) throws {
        var other = image
        other.path = "b/x.png"
        try write([image, other])
        let data = try load()
        #expect(data.sampleShape == [channels, 2, 2])
        #expect(data.samples == .bytes(SampleArray(pixels + pixels)))
        #expect(data.targets == .classes([0, 1], names: ["a", "b"]))
    }

    @Test func greyAndColourTogether() throws {
        try write([
            PNGText(path: "a/x.png", rows: "0a14/1eff"),
            PNGText(path: "b/x.png", kind: 2, rows: "ff0000000000/00ff000000ff"),
        ])
        #expect(
            try load().samples
                == .bytes([10, 20, 30, 255, 10, 20, 30, 255, 10, 20, 30, 255, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255])
        )
        // 0.299 R + 0.587 G + 0.114 B.
        #expect(try load(channels: 1).samples == .bytes([10, 20, 30, 255, 76, 0, 150, 29]))
    }

    @Test func jpegs() throws {
        let grey = [UInt8](repeating: 90, count: 64) + [UInt8](repeating: 200, count: 64)
        try jpeg("a/1.JPG", rgb: grey, width: 8, isGrey: true)
        try jpeg("b/1.jpeg", rgb: grey.flatMap { [$0, 20, 120] }, width: 8)
        let data = try load()
        #expect(data.sampleShape == [3, 16, 8])
        let expected = grey + grey + grey + grey + Array(repeating: 20, count: 128) + Array(repeating: 120, count: 128)
        #expect(zip(data.floats, expected).allSatisfy { abs($0 - Float($1)) <= 2 })
        #expect(data.floats.count == expected.count)
    }

    @Test func orderAndOtherFiles() throws {
        try write([
            PNGText(path: "b/10.png", rows: "0303/0303"), PNGText(path: "b/9.png", rows: "0404/0404"),
            PNGText(path: "a/2.png", rows: "0202/0202"), PNGText(path: "a/1.png", rows: "0101/0101"),
        ])
        try folder.write("what it is", to: "README.md")
        try folder.write("", to: "a/.hidden")
        let data = try load()
        #expect(data.samples == .bytes(SampleArray([1, 2, 3, 4].flatMap { Array(repeating: UInt8($0), count: 4) })))
        #expect(data.targets == .classes([0, 0, 1, 1], names: ["a", "b"]))
        #expect(data.own == OwnParts())
        #expect(data.warnings == ["\(folder.path): 1 file that is no image is left out: a/.hidden"])
    }

    @Test func ownParts() throws {
        try write([
            PNGText(path: "train/a/1.png", rows: "0101/0101"), PNGText(path: "train/b/1.png", rows: "0202/0202"),
            PNGText(path: "test/b/1.png", rows: "0303/0303"), PNGText(path: "validation/a/1.png", rows: "0404/0404"),
        ])
        let data = try load()
        #expect(data.samples == .bytes(SampleArray([1, 2, 4, 3].flatMap { Array(repeating: UInt8($0), count: 4) })))
        #expect(data.targets == .classes([0, 1, 0, 1], names: ["a", "b"]))
        #expect(data.own == OwnParts(test: 3..<4, validation: 2..<3))
        try write([PNGText(path: "test/c/1.png", rows: "0303/0303")])
        #expect(message() == "FOLDER/test/c: is a class that train does not have")
    }

    /// A 4 x 4 image, of which each half has one grey, is made smaller and larger.
    @Test func resizing() throws {
        try write([
            PNGText(path: "a/x.png", width: 4, rows: "0000ffff/0000ffff/0000ffff/0000ffff"),
            PNGText(path: "b/x.png", width: 2, rows: "0064/0064"),
        ])
        // To a half: weights 1/8, 3/8, 3/8, 1/8, those beyond the edge shared out among the others.
        let half = try load(size: [2, 2])
        #expect(half.samples == .bytes([36, 219, 36, 219, 0, 100, 0, 100]))
        // To the double: a quarter and three quarters between the middles of pixels.
        let double = try load(size: [2, 4])
        #expect(double.floats[8...] == [0, 25, 75, 100, 0, 25, 75, 100])
        #expect(double.sampleShape == [1, 2, 4])
        #expect(try load(size: [1, 4]).floats[..<4] == [0, 0, 255, 255])
    }

    @Test(arguments: SeededCases(10)) func resizingKeepsWhatIsConstantAndTheMean(_ testCase: SeededCase) throws {
        var random = testCase.random
        let grey = UInt8.random(in: 0...255, using: &random)
        let width = Int.random(in: 1...30, using: &random), height = Int.random(in: 1...30, using: &random)
        let row = Array(repeating: String(format: "%02x", grey), count: width).joined()
        let rows = Array(repeating: row, count: height).joined(separator: "/")
        try write([
            PNGText(path: "a/x.png", width: width, rows: rows), PNGText(path: "b/x.png", width: width, rows: rows),
        ])
        let size = [Int.random(in: 1...30, using: &random), Int.random(in: 1...30, using: &random)]
        #expect(try load(size: size).floats.allSatisfy { $0 == Float(grey) }, "\(testCase)")
    }

    @Test func mixedSizes() throws {
        try write([
            PNGText(path: "a/x.png", rows: "0101/0101"), PNGText(path: "b/y.png", width: 3, rows: "010101/010101"),
        ])
        #expect(
            message()
                == "FOLDER/b/y.png: is 2x3, but FOLDER/a/x.png is 2x2; say in 'size' (height, width) to what they "
                + "are to be resized")
    }

    @Test func unreadableImages() throws {
        try write([PNGText(path: "a/x.png", rows: "0101/0101"), PNGText(path: "b/x.png", rows: "0101/0101")])
        let path = folder.file("b/x.png")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(whole.count - 20).write(to: URL(fileURLWithPath: path))
        #expect(message()?.hasPrefix("FOLDER/b/x.png: cannot be read: ") == true)
        var flipped = whole
        flipped[whole.count - 22] ^= 8
        try flipped.write(to: URL(fileURLWithPath: path))
        #expect(message()?.hasPrefix("FOLDER/b/x.png: cannot be read: ") == true)
        try write([PNGText(path: "b/x.png", width: 30_000, rows: String(repeating: "/", count: 199))])
        #expect(message() == "FOLDER/b/x.png: cannot be read: it claims an impossible size, 200x30000")
        try folder.write("GIF89a", to: "b/x.png")
        #expect(message() == "FOLDER/b/x.png: is neither a PNG, a JPEG, a WebP nor a BMP")
        try jpeg("b/x.png", rgb: Array(repeating: 7, count: 3 * 64 * 64), width: 64)
        let photograph = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(message()?.contains("is 64x64") == true, "the contents tell what it is")
        try photograph.prefix(photograph.count - 30).write(to: URL(fileURLWithPath: path))
        #expect(message()?.hasPrefix("FOLDER/b/x.png: cannot be read: ") == true)
    }

    @Test func foldersThatAreNone() throws {
        #expect(message() == "FOLDER/: has no folder; each class has a folder of its own")
        try write([PNGText(path: "a/x.png", rows: "0101/0101")])
        #expect(message() == "FOLDER/: has only the folder a; each class has a folder of its own")
        try FileManager.default.createDirectory(atPath: folder.file("b"), withIntermediateDirectories: true)
        #expect(message() == "FOLDER/b: holds no image")
        try write([PNGText(path: "x.png", rows: "0101/0101")])
        #expect(message() == "FOLDER/x.png: is an image that lies in no class's folder")
        #expect(message(size: [0, 4]) == "FOLDER: size is [0, 4]; it is height and width, from 1 to 32768")
        #expect(message(channels: 2) == "FOLDER: channels is 2; an image has 1 or 3")
    }

    @Test(
        .enabled(
            if: RealData.has("images"), "needs a folder of images: set WINNOW_TEST_DATA to the folder that has it"))
    func photographs() throws {
        let path = "\(RealData.folder)/images/cifar10_small"
        var loaded: Dataset?
        let time = try ContinuousClock().measure {
            loaded = try DataSource.images(ImageFolderSource(path: path)).load()
        }
        let data = try #require(loaded)
        print("\(data.count) PNG images were read in \(time)")
        #expect(data.sampleShape == [3, 32, 32])
        #expect(data.count == 250)
        #expect(data.own == OwnParts(test: 200..<250))
        #expect(data.targets.classNames?.first == "airplane")
        guard case .classes(let labels, names: _) = data.targets else { return }
        #expect((0..<10).map { label in labels[..<200].count { $0 == label } } == Array(repeating: 20, count: 10))
    }

    /// Each of the folder's images is one of CIFAR-10's, pixel by pixel.
    @Test(
        .enabled(
            if: RealData.has("images") && RealData.has("cifar10"),
            "needs CIFAR-10 and a folder of its images: set WINNOW_TEST_DATA to the folder that has them"))
    func photographsAreThoseOfTheBatches() throws {
        let images = try DataSource.images(ImageFolderSource(path: "\(RealData.folder)/images/cifar10_small")).load()
        let batches = try DataSource.cifar10.load(from: DataLibrary(folders: [RealData.folder]))
        guard case .bytes(let few) = images.samples, case .bytes(let all) = batches.samples else { return }
        func pictures(_ bytes: SampleArray<UInt8>, _ rows: Range<Int>) -> [[UInt8]] {
            rows.map { Array(bytes[$0 * 3072..<($0 + 1) * 3072]) }
        }
        let known = Set(pictures(all, 20_000..<30_000))
        #expect(pictures(few, 200..<250).allSatisfy(known.contains))
    }
}
