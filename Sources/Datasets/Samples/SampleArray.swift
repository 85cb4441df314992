#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Numbers in memory, or in a file that is mapped into it where they are too many: the system then reads what is used,
/// and may forget it again.
package struct SampleArray<Number: SampleNumber>: Sendable {
    private enum Storage: Sendable {
        case memory([Number])
        case file(MappedFile)
    }

    private let storage: Storage
    package let count: Int

    package init(_ numbers: [Number]) {
        storage = .memory(numbers)
        count = numbers.count
    }

    /// - Parameter file: holds `count` numbers.
    fileprivate init(_ file: MappedFile, count: Int) {
        storage = .file(file)
        self.count = count
    }

    /// Whether the numbers are in a file.
    package var isInFile: Bool { if case .file = storage { true } else { false } }

    package func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Number>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch storage {
        case .memory(let numbers):
            return try numbers.withUnsafeBufferPointer(body)
        case .file(let file):
            defer { withExtendedLifetime(file) {} }
            return try body(UnsafeBufferPointer(start: file.base.assumingMemoryBound(to: Number.self), count: count))
        }
    }
}

extension SampleArray: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Number { withUnsafeBufferPointer { $0[index] } }

    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Number>) throws -> Result
    ) rethrows -> Result? {
        try withUnsafeBufferPointer(body)
    }
}

extension SampleArray: Equatable {
    package static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }
}

extension SampleArray: ExpressibleByArrayLiteral {
    package init(arrayLiteral numbers: Number...) { self.init(numbers) }
}

/// Collects numbers: in memory as long as they are few enough, then in a file.
final class SampleArrayBuilder<Number: SampleNumber> {
    /// Numbers that are collected before they are written.
    private static var pieceSize: Int { (1 << 20) / MemoryLayout<Number>.stride }

    private let memory: SampleMemory
    /// Those that are not in the file.
    private var numbers: [Number] = []
    private var file: ScratchFile?
    private var written = 0

    /// - Parameter count: of all numbers, where it is known: room for them is taken once.
    init(_ memory: SampleMemory, expecting count: Int = 0) {
        self.memory = memory
        if count <= memory.limit / MemoryLayout<Number>.stride { numbers.reserveCapacity(count) }
    }

    /// Numbers so far.
    var count: Int { written + numbers.count }

    /// - Throws: where the file has no room.
    func append(contentsOf more: some Sequence<Number>) throws(DatasetError) {
        numbers.append(contentsOf: more)
        if file == nil {
            guard numbers.count > memory.limit / MemoryLayout<Number>.stride else { return }
            file = try ScratchFile(in: memory.folder)
        }
        if numbers.count >= Self.pieceSize || written == 0 { try write() }
    }

    private func write() throws(DatasetError) {
        let size = count
        try numbers.withUnsafeBufferPointer { (numbers) throws(DatasetError) in
            try file?.write(UnsafeRawBufferPointer(numbers))
        }
        // What was collected before there was a file is large, and its memory is to be free.
        numbers.removeAll(keepingCapacity: written > 0)
        written = size
    }

    /// The numbers, after which nothing is appended.
    func finish() throws(DatasetError) -> SampleArray<Number> {
        guard let file else { return SampleArray(numbers) }
        try write()
        return SampleArray(try file.map(), count: written)
    }
}

/// How much memory the samples of a data set may take.
package struct SampleMemory: Sendable {
    /// In bytes; more are kept in a file.
    let limit: Int
    /// Where the file is: it has no name, and is gone with the process.
    let folder: String

    package init(limit: Int, folder: String) {
        self.limit = limit
        self.folder = folder
    }

    /// `$WINNOW_DATA_MEMORY_MB`, or an eighth of the machine's memory, since several workers may read the same data; the
    /// file is in `$TMPDIR`, or in `/var/tmp`, which is no part of the memory, as `/tmp` may be.
    package static let standard: SampleMemory = {
        let megabytes = DataLibrary.variable("WINNOW_DATA_MEMORY_MB").flatMap { Int($0) }.flatMap {
            $0 > 0 ? $0 << 20 : nil
        }
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return SampleMemory(limit: megabytes ?? machine / 8, folder: DataLibrary.variable("TMPDIR") ?? "/var/tmp")
    }()
}
