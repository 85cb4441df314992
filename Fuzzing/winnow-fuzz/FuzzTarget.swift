import FuzzedReaders
import Glibc

/// What libFuzzer calls with each input; its own main is the program's. `WINNOW_FUZZED_READER` names the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do {
        try chosenReader.read(Array(UnsafeBufferPointer(start: data, count: size)), in: scratchFolder)
    } catch {
        fatalError("\(error)")
    }
    return 0
}

private let chosenReader: FuzzedReader = {
    let name = getenv("WINNOW_FUZZED_READER").map { String(cString: $0) } ?? ""
    guard let reader = FuzzedReader(rawValue: name) else {
        print("WINNOW_FUZZED_READER must be one of \(FuzzedReader.allCases.map(\.rawValue).joined(separator: ", "))")
        exit(64)
    }
    return reader
}()

/// An empty folder for the readers of files, in memory where there is such a place.
let scratchFolder: String = {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/winnow-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no folder below \(parent): errno \(errno)") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}()
