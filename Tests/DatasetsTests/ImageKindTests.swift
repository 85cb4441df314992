import CTurboJPEG
import Datasets
import Foundation
import TestSupport
import Testing

/// Pictures of 16 bits, of four inks and of turned cameras, and what lies among pictures.
@Suite struct ImageKindTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func load(size: [Int]? = nil, channels: Int? = nil, in path: String? = nil) throws -> Dataset {
        try DataSource.images(ImageFolderSource(path: path ?? folder.path, size: size, channels: channels)).load()
    }

    private func message() -> String? {
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.contains("\n") == false)
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    private func warnings() throws -> [String] {
        try load().warnings.map { $0.replacingOccurrences(of: folder.path, with: "FOLDER") }
    }

    // MARK: 16 bits

    @Test(
        arguments: [
            (PNGText(path: "a/x.png", bits: 16, rows: "00ff14ff/1e00ffff"), 1, [0x00FF, 0x14FF, 0x1E00, 0xFFFF]),
            (
                PNGText(path: "a/x.png", kind: 4, bits: 16, rows: "00ff000114ff0002/1e000003ffff0004"), 1,
                [0x00FF, 0x14FF, 0x1E00, 0xFFFF]
            ),
            (
                PNGText(path: "a/x.png", kind: 2, bits: 16, rows: "010102020303040405050606/0707080809090a0a0b0b0c0c"),
                3,
                [0x0101, 0x0404, 0x0707, 0x0A0A, 0x0202, 0x0505, 0x0808, 0x0B0B, 0x0303, 0x0606, 0x0909, 0x0C0C]
            ),
            (
                PNGText(
                    path: "a/x.png", kind: 6, bits: 16,
                    rows: "010102020303ffff0404050506060000/070708080909ffff0a0a0b0b0c0c0000"), 3,
                [0x0101, 0x0404, 0x0707, 0x0A0A, 0x0202, 0x0505, 0x0808, 0x0B0B, 0x0303, 0x0606, 0x0909, 0x0C0C]
            ),
        ] as [(PNGText, Int, [UInt16])])
    func sixteenBitsStay(_ image: PNGText, channels: Int, pixels: [UInt16]) throws {
        var other = image
        other.path = "b/x.png"
        try PNGText.write([image, other], to: folder)
        let data = try load()
        #expect(data.sampleShape == [channels, 2, 2])
        #expect(data.samples == .words(SampleArray(pixels + pixels)))
        // An image of one kind of channel becomes one of the other.
        let grey = try load(channels: 1)
        if channels == 3 {
            guard case .words(let words) = grey.samples else { return }
            let expected = 0.299 * 0x0101 + 0.587 * 0x0202 + 0.114 * 0x0303
            #expect(abs(Double(words[0]) - expected) <= 1)
        }
        #expect(try load(size: [2, 2]).samples == data.samples)
    }

    @Test func eightBitsAmongSixteen() throws {
        try PNGText.write(
            [
                PNGText(path: "a/x.png", rows: "00ff/0180"),
                PNGText(path: "b/x.png", bits: 16, rows: "00010002/fffffffe"),
            ],
            to: folder)
        let data = try load()
        #expect(data.samples == .words([0, 0xFFFF, 0x0101, 0x8080, 1, 2, 0xFFFF, 0xFFFE]))
        try PNGText.write(
            (2..<5).flatMap { number in
                two.map { PNGText(path: "\($0.path.prefix(2))\(number).png", bits: 16, rows: "0000ffff/0000ffff") }
            },
            to: folder)
        let all = try load()
        let split = try Split.make(of: all, .shares(validation: 0.25, test: 0.25), seed: 1)
        let scaled = try PreparedData(all, split: split, scaling: .normalize(mean: [0.5], deviation: [0.5])).training
            .features
        #expect(scaled.max() == 1 && scaled.min() == -1, "white is 1 and black 0 before scaling")
    }

    @Test func sixteenBitsStayInHDF5() throws {
        try PNGText.write(
            [
                PNGText(path: "a/x.png", bits: 16, rows: "00ff14ff/1e00ffff"),
                PNGText(path: "b/x.png", bits: 16, rows: "00000001/00020003"),
            ],
            to: folder)
        let data = try load()
        try Data(HDF5Source.encode(data)).write(to: URL(fileURLWithPath: folder.file("images.h5")))
        let copy = try HDF5Source(path: folder.file("images.h5"), targetKind: .classes).load(as: "copy")
        #expect(copy.samples == data.samples)
    }

    // MARK: JPEG

    /// Pillow's numbers, by Cases/make_cases.py.
    @Test func fourInks() throws {
        struct Picture: Decodable {
            var size: [Int]
            var pixels: [Float]
        }
        let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
        let pictures = try JSONDecoder().decode(
            [String: Picture].self, from: Data(contentsOf: cases.appendingPathComponent("cmyk.json")))
        let data = try load(in: cases.appendingPathComponent("cmyk").path)
        let expected = pictures.sorted { $0.key < $1.key }.flatMap(\.value.pixels)
        #expect(data.sampleShape == [3, 12, 12])
        #expect(data.floats.count == expected.count)
        // Both decode with libjpeg-turbo, in versions of their own.
        #expect(zip(data.floats, expected).allSatisfy { abs($0 - $1) <= 2 })
    }

    /// Pillow's pixels, by Cases/make_pictures.py; EXIF's eight orientations are applied where that is asked for.
    @Test func otherFormatsAndOrientations() throws {
        struct Picture: Decodable {
            var size: [Int]
            var pixels: [Float]
        }
        let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
        let pictures = try JSONDecoder().decode(
            [String: Picture].self, from: Data(contentsOf: cases.appendingPathComponent("pictures.json")))
        #expect(pictures.count == 15)
        for (name, picture) in pictures {
            let place = folder.file("a/\(name)")
            try FileManager.default.createDirectory(
                atPath: folder.file("a"), withIntermediateDirectories: true)
            // In a folder of its own within the class's.
            try FileManager.default.createDirectory(
                atPath: folder.file("b/inner/folder"), withIntermediateDirectories: true)
            for target in [place, folder.file("b/inner/folder/\(name)")] {
                try FileManager.default.copyItem(
                    atPath: cases.appendingPathComponent("pictures/\(name)").path, toPath: target)
            }
            let data = try DataSource.images(
                ImageFolderSource(path: folder.path, appliesOrientation: true)
            ).load()
            #expect(data.count == 2 && Array(data.sampleShape.dropFirst()) == picture.size, "\(name)")
            let pixels = picture.pixels + picture.pixels
            // Lossy pictures are decoded by versions of the library of their own.
            let tolerance: Float = name.hasPrefix("lossy") ? 2 : 0
            #expect(zip(data.floats, pixels).allSatisfy { abs($0 - $1) <= tolerance }, "\(name)")
            #expect(data.floats.count == pixels.count && data.warnings.isEmpty, "\(name)")
            try FileManager.default.removeItem(atPath: folder.file("a"))
            try FileManager.default.removeItem(atPath: folder.file("b"))
        }
    }

    @Test(arguments: [
        ("x.webp", Array("RIFF\u{10}\u{0}\u{0}\u{0}WEBPVP8 garbage".utf8), "no WebP image"),
        ("x.bmp", Array("BM too short".utf8), "a bitmap without the usual header"),
        (
            "x.bmp", Array("BM".utf8) + Array(repeating: 0, count: 12) + [40] + Array(repeating: 1, count: 60),
            "impossible size"
        ),
        // Headers of 16383x16383 and 20000x20000 pixels, and next to nothing behind them.
        (
            "x.webp",
            Array("RIFF\u{20}\u{0}\u{0}\u{0}WEBPVP8L\u{14}\u{0}\u{0}\u{0}".utf8) + [0x2F, 0xFE, 0xBF, 0xFF, 0x0F]
                + Array(repeating: 0, count: 15), "impossible size, 16383x16383"
        ),
        (
            "x.jpg",
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0x4E, 0x20, 0x4E, 0x20, 1, 1, 0x11, 0]
                + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0, 0xFF, 0xD9], "impossible size, 20000x20000"
        ),
    ])
    func damagedOnesAreNamed(_ name: String, _ bytes: [UInt8], _ words: String) throws {
        for (index, label) in ["a", "b"].enumerated() {
            try FileManager.default.createDirectory(
                atPath: folder.file(label), withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file("\(label)/\(index)\(name)")))
        }
        let message = message()
        #expect(message?.contains("FOLDER/a/0\(name): cannot be read: ") == true, "\(message ?? "")")
        #expect(message?.contains(words) == true, "\(message ?? "")")
    }

    private func jpeg(_ path: String, exif: [UInt8]?) throws {
        let compressor = try #require(tjInitCompress())
        defer { tjDestroy(compressor) }
        var buffer: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let grey = [UInt8](repeating: 90, count: 64)
        let code = tjCompress2(
            compressor, grey, 8, 0, 8, Int32(TJPF_GRAY.rawValue), &buffer, &size, Int32(TJSAMP_GRAY.rawValue), 90, 0)
        defer { tjFree(buffer) }
        try #require(code == 0)
        var bytes = Array(UnsafeBufferPointer(start: try #require(buffer), count: Int(size)))
        if let exif {
            let segment = Array("Exif".utf8) + [0, 0] + exif
            bytes.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment, at: 2)
        }
        let place = URL(fileURLWithPath: folder.file(path))
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
    }

    /// A directory of two tags, the second of which is the orientation.
    private func tiff(_ orientation: UInt8, bigEndian: Bool) -> [UInt8] {
        func number(_ value: UInt8, _ size: Int) -> [UInt8] {
            let bytes = [value] + Array(repeating: 0, count: size - 1)
            return bigEndian ? bytes.reversed() : bytes
        }
        let orientationTag: [UInt8] = bigEndian ? [0x01, 0x12] : [0x12, 0x01]
        let widthTag: [UInt8] = bigEndian ? [0x01, 0x00] : [0x00, 0x01]
        return Array((bigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
            + widthTag + number(3, 2) + number(1, 4) + number(8, 2) + [0, 0]
            + orientationTag + number(3, 2) + number(1, 4) + number(orientation, 2) + [0, 0] + number(0, 4)
    }

    @Test func turnedImagesAreCounted() throws {
        try jpeg("a/1.jpg", exif: nil)
        try jpeg("a/2.jpg", exif: tiff(1, bigEndian: false))
        try jpeg("a/3.jpg", exif: [1, 2, 3])
        try jpeg("b/1.jpg", exif: tiff(1, bigEndian: true))
        #expect(try warnings() == [])
        try jpeg("b/2.jpg", exif: tiff(6, bigEndian: false))
        try jpeg("b/3.jpg", exif: tiff(3, bigEndian: true))
        let warnings = try warnings()
        #expect(warnings.count == 1 && warnings[0].hasPrefix("FOLDER: 2 of 6 images say in EXIF"), "\(warnings)")
        #expect(warnings.first?.contains("exif_orientation: true") == true)
    }

    // MARK: What lies among them

    private let two = [PNGText(path: "a/1.png", rows: "0101/0101"), PNGText(path: "b/1.png", rows: "0202/0202")]

    @Test func whatIsNoImageIsLeftOutAndCounted() throws {
        try PNGText.write(two, to: folder)
        for name in ["a/Thumbs.db", "a/.DS_Store", "a/._1.png", "b/desktop.ini", "b/notes.txt"] {
            try folder.write("no picture", to: name)
        }
        let data = try load()
        #expect(data.samples == .bytes([1, 1, 1, 1, 2, 2, 2, 2]))
        #expect(
            try warnings() == [
                "FOLDER: 5 files that are no images are left out: a/.DS_Store, a/._1.png, a/Thumbs.db, ..."
            ])
        #expect(
            try DataSource.images(ImageFolderSource(path: folder.path)).files().map(\.name) == ["a/1.png", "b/1.png"],
            "and does not travel")
        try FileManager.default.createDirectory(atPath: folder.file("__MACOSX"), withIntermediateDirectories: true)
        try folder.write("x", to: "__MACOSX/._1.png")
        #expect(try load().targets.classNames == ["a", "b"])
    }

    @Test func imagesThatWouldBeMissedAreRefused() throws {
        try PNGText.write(two, to: folder)
        try folder.write("GIF89a", to: "a/2.gif")
        #expect(
            message()
                == "FOLDER/a/2.gif: is a GIF by its name, which is not read: convert it to PNG, JPEG, WebP or "
                + "BMP, or take it out")
        try FileManager.default.removeItem(atPath: folder.file("a/2.gif"))
        try FileManager.default.removeItem(atPath: folder.file("a"))
        try FileManager.default.createDirectory(atPath: folder.file("a"), withIntermediateDirectories: true)
        try folder.write("x", to: "a/Thumbs.db")
        #expect(message() == "FOLDER/a: holds no image")
    }

    // MARK: Splits and names

    @Test(arguments: ["val", "valid", "validation", "dev", "Val"]) func validationByAnyName(_ name: String) throws {
        try PNGText.write(
            [
                PNGText(path: "train/a/1.png", rows: "0101/0101"), PNGText(path: "train/b/1.png", rows: "0202/0202"),
                PNGText(path: "\(name)/a/1.png", rows: "0303/0303"),
            ], to: folder)
        let data = try load()
        #expect(data.own == OwnParts(validation: 2..<3))
        #expect(data.targets == .classes([0, 1, 0], names: ["a", "b"]))
        try PNGText.write([PNGText(path: "test/b/1.png", rows: "0404/0404")], to: folder)
        #expect(try load().own == OwnParts(test: 3..<4, validation: 2..<3))
        try PNGText.write([PNGText(path: "extra/b/1.png", rows: "0404/0404")], to: folder)
        #expect(message()?.hasPrefix("FOLDER/extra: lies beside the split train and is none") == true)
    }

    @Test func oneSplitTwice() throws {
        try PNGText.write(
            ["train", "val", "valid"].flatMap { part in
                ["a", "b"].map { PNGText(path: "\(part)/\($0)/1.png", rows: "0101/0101") }
            }, to: folder)
        #expect(message() == "FOLDER: has val and valid, which are both the validation split: keep one")
    }

    @Test func classesThatAreCalledTrain() throws {
        try PNGText.write(
            [PNGText(path: "train/1.png", rows: "0101/0101"), PNGText(path: "bus/1.png", rows: "0202/0202")], to: folder
        )
        #expect(try load().targets.classNames == ["bus", "train"])
    }

    /// Composed and decomposed: two folders of a Linux disk, one name to whoever reads it.
    @Test func namesThatDifferInNormalisationAloneAreOneClass() throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        try PNGText.write(
            [
                PNGText(path: "\(composed)/1.png", rows: "0101/0101"),
                PNGText(path: "\(decomposed)/2.png", rows: "0202/0202"),
                PNGText(path: "tea/1.png", rows: "0303/0303"),
            ], to: folder)
        let data = try load()
        #expect(data.targets == .classes([0, 0, 1], names: [composed, "tea"]))
        #expect(data.samples == .bytes([2, 2, 2, 2, 1, 1, 1, 1, 3, 3, 3, 3]))
        #expect(data.warnings.count == 1 && data.warnings[0].contains("both are one class"))
        try PNGText.write([PNGText(path: "\(decomposed)/1.png", rows: "0404/0404")], to: folder)
        #expect(
            message()?.hasSuffix("has the name of another file in another Unicode normalisation: rename one of them")
                == true)
    }
}
