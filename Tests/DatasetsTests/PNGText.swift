import TestSupport

/// A small PNG image, written down.
struct PNGText: Sendable {
    var path: String
    /// 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha.
    var kind = 0
    var bits = 8
    var width = 2
    /// Each row's bytes in hexadecimal, with slashes between them.
    var rows: String
    var palette = ""

    /// Writes PNG images with Python's zlib alone.
    static func write(_ images: [PNGText], to folder: TemporaryDirectory) throws {
        let lines = images.map { "\($0.path)|\($0.kind)|\($0.bits)|\($0.width)|\($0.rows)|\($0.palette)" }
        _ = try Python.run(
            """
            import os, struct, sys, zlib
            def chunk(name, data):
                return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for line in sys.argv[2:]:
                path, kind, bits, width, rows, palette = line.split("|")
                rows = [bytes.fromhex(row) for row in rows.split("/")]
                path = os.path.join(sys.argv[1], path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as f:
                    f.write(b"\\x89PNG\\r\\n\\x1a\\n")
                    header = struct.pack(">IIBBBBB", int(width), len(rows), int(bits), int(kind), 0, 0, 0)
                    f.write(chunk(b"IHDR", header))
                    if palette: f.write(chunk(b"PLTE", bytes.fromhex(palette)))
                    if int(kind) == 0 and int(bits) == 8: f.write(chunk(b"tRNS", b"\\0\\x0a"))
                    f.write(chunk(b"IDAT", zlib.compress(b"".join(b"\\0" + row for row in rows))))
                    f.write(chunk(b"IEND", b""))
            """, arguments: [folder.path] + lines)
    }
}
