import Foundation

/// The files of this repository, wherever it was checked out.
enum Repository {
    static func file(_ path: String) -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in ["Repository.swift", "Harness", "EndToEndTests", "Tests"] {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent(path).path
    }
}
