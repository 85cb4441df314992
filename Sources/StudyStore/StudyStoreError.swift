import Experiments
package import Studies
internal import Files
package import HDF5
internal import Glibc

/// What went wrong with a study on disk.
package struct StudyStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A system call failed with this `errno`; `operation` is its name.
        case system(errno: Int32, operation: String)
        /// Another coordinator holds the study.
        case locked(pid: Int, host: String)
        /// Not what a study's file holds, from this byte on.
        case damaged(offset: Int, reason: String)
        /// Written in a version of the format that this program does not know.
        case unknownVersion(String)
        /// A whole record of a kind that this program does not know, at this byte: a newer one wrote it.
        case unknownRecord(kind: String, offset: Int)
        /// The journal's records do not follow from one another.
        case contradiction(JournalContradiction)
        /// A snapshot that is of no use; the journal is replayed instead.
        case invalidSnapshot(String)
        /// The bytes that arrived are not those that were announced.
        case wrongDigest(expected: String, actual: String)
        /// A file is not as long as was announced, in bytes.
        case wrongSize(expected: Int, actual: Int)
        /// A piece of a file arrived that does not follow the one before.
        case wrongOffset(expected: Int, actual: Int)
        /// A checkpoint lacks this group, dataset or attribute, or it holds something else.
        case invalidCheckpoint(String)
        /// A value that JSON cannot spell.
        case unencodable(String)
        /// The HDF5 library failed, or refused what it was given.
        case hdf5(HDF5Error)
        /// There is no study in the folder.
        case noStudy
        /// The study's folder is not the one that was locked any more, or its files are others.
        case folderReplaced
        /// What a worker says that it has put into the study's folder cannot be read; with the `errno` of a system call.
        case notPlaced(errno: Int32, operation: String)
    }

    package let code: Code
    /// The file or the folder; empty for bytes in memory.
    package let path: String

    package init(_ code: Code, path: String = "") {
        self.code = code
        self.path = HeldFolder.shown(path)
    }

    /// The failed system call's `errno`, where there is one.
    package var systemError: Int32? {
        if case .system(let number, _) = code { number } else { nil }
    }

    /// Whether the disk is what fails, so that the same may succeed when somebody has mended it: it is full, a quota or a
    /// limit is reached, it was mounted read-only, rights were taken away, a server does not answer.
    package var isDiskTrouble: Bool {
        switch systemError {
        case ENOSPC, EDQUOT, EFBIG, EIO, EROFS, EACCES, EPERM, ENOENT, ENOTDIR, EISDIR, EEXIST, ELOOP, EMFILE, ENFILE,
            ENOMEM, EBUSY, EAGAIN, ETXTBSY, EMLINK, ENOLCK, ESTALE, ETIMEDOUT, ENODEV, ENXIO, EREMOTEIO, EHOSTDOWN,
            EHOSTUNREACH, ENETDOWN, ENETUNREACH:
            true
        default: false
        }
    }

    package var description: String {
        path.isEmpty ? reason : "\(path): \(reason)"
    }

    private var reason: String {
        switch code {
        case .system(let number, let operation):
            "\(String(cString: strerror(number))) (\(operation), errno \(number))"
        case .locked(let pid, let host):
            "another coordinator is at work on this study: process \(pid) on \(host); stop it, or choose another folder"
        case .damaged(let offset, let reason):
            "damaged at byte \(offset): \(reason); restore the file from a copy"
                + (path.hasSuffix(JournalSegment.suffix)
                    ? ", or keep what is whole: winnow rebuild STUDY --salvage" : "")
        case .unknownVersion(let version):
            "has format version \(version), which this program does not know; finish the study with the program that began "
                + "it, or begin it anew in another folder: --study"
        case .unknownRecord(let kind, let offset):
            "has a record of the kind '\(kind)' at byte \(offset), which this program does not know; "
                + "use the program that wrote it, or a newer one"
        case .contradiction(let contradiction):
            "winnow rebuild STUDY --salvage keeps what is whole; the journal contradicts itself: \(contradiction)"
        case .invalidSnapshot(let reason):
            "a snapshot that cannot be used: \(reason)"
        case .wrongDigest(let expected, let actual):
            "the bytes that arrived have SHA-256 \(actual), not \(expected)"
        case .wrongSize(let expected, let actual):
            "has \(actual) bytes, not \(expected)"
        case .wrongOffset(let expected, let actual):
            "a piece at byte \(actual) arrived where byte \(expected) was next"
        case .invalidCheckpoint(let reason):
            "not a checkpoint that can be used: \(reason)"
        case .unencodable(let reason):
            "cannot be written as JSON: \(reason)"
        case .hdf5(let error):
            error.description
        case .noStudy:
            "there is no study here"
        case .folderReplaced:
            "is no longer the folder that this study works in: it, or its files, were removed, moved or replaced; the "
                + "study stops here, and nothing more is written; move it back to go on, or start anew"
        case .notPlaced(let number, let operation):
            "what the worker put there cannot be read: \(String(cString: strerror(number))) (\(operation), "
                + "errno \(number)); it is to send it"
        }
    }

    /// Runs what calls both the HDF5 library and this target, and throws one kind of error.
    static func unify<Result>(path: String = "", _ body: () throws -> Result) throws(StudyStoreError) -> Result {
        do {
            return try body()
        } catch let error as StudyStoreError {
            throw error
        } catch let error as HDF5Error {
            throw StudyStoreError(.hdf5(error), path: path)
        } catch {
            throw StudyStoreError(.unencodable("\(error)"), path: path)
        }
    }
}

extension StudyStoreError: SystemCallError {
    package init(failed operation: String, at path: String, code: Int32) {
        self.init(.system(errno: code, operation: operation), path: path)
    }
}

typealias OpenFile = Files.OpenFile<StudyStoreError>
typealias Folder = Files.Folder<StudyStoreError>
