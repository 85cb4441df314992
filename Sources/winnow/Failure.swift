import Compute
import Coordinator
import Datasets
import Downloads
import Experiments
import Studies
import Glibc
import Messaging
import StudyStore
import Worker

/// The exit codes of commands (from sysexits.h where it has one).
enum ExitStatus: Int32 {
    case failed = 1
    case someTrialsFailed = 2
    case usage = 64
    case badInput = 65
    case missingInput = 66
    case unreachable = 69
    /// A thread of this program does not stop.
    case stuck = 70
    case addressInUse = 71
    case studyRefused = 73
    case disk = 74
    case interrupted = 75
}

/// Why a command cannot continue, with its exit code: one line for the user, or one for each mistake of a file.
struct Failure: Error {
    let code: ExitStatus
    let message: String

    var lines: [Substring] { message.split(separator: "\n") }

    init(_ code: ExitStatus, _ message: String) {
        self.code = code
        self.message = message
    }

    /// All mistakes of an experiment, each on its own line.
    init(_ code: ExitStatus, _ mistakes: [ExperimentError]) {
        self.init(code, mistakes.map(\.description).joined(separator: "\n"))
    }

    /// The message and exit code for any error.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ExperimentError: self.init(.badInput, error.description)
        case let error as DatasetError:
            self.init(error.code == .missingFile ? .missingInput : .badInput, error.description)
        case let error as DownloadError:
            let code: ExitStatus =
                switch error.code {
                case .curl, .status: .unreachable
                case .wrongChecksum, .wrongLength, .otherFile, .damagedArchive, .refusedArchive: .badInput
                case .missingFile: .missingInput
                case .system: .disk
                case .busy: .studyRefused
                case .interrupted: .interrupted
                case .badMirror: .usage
                }
            self.init(code, error.description)
        case let error as WorkerError:
            var code = ExitStatus.failed
            if case .givenModel = error { code = .missingInput }
            self.init(code, error.description)
        case let error as ComputeError: self.init(error.code == .invalidSetting ? .usage : .failed, error.description)
        case let error as KeyFileError:
            let code: ExitStatus =
                switch error.problem {
                case .missing: .missingInput
                case .exists: .studyRefused
                case .system: .disk
                case .noFile, .tooOpen, .tooLarge, .isPublic, .noKey, .badKey, .badLine: .badInput
                }
            self.init(code, error.description)
        case let error as EndpointError: self.init(.usage, error.description)
        case let error as ControlError:
            switch error {
            case .nobody, .silent, .refused, .misunderstood: self.init(.unreachable, error.description)
            case .system(_, _, ENOENT), .system(_, _, ENOTDIR): self.init(.missingInput, error.description)
            case .system: self.init(.unreachable, error.description)
            }
        case ZMQError.addressInUse(let endpoint):
            self.init(
                .addressInUse, "\(endpoint): the address is in use; choose another with --bind, or stop who uses it")
        case let error as SpoolError:
            self.init(.disk, "the spool: \(error); choose another folder with --spool")
        case let error as StudyRefusal: self.init(.studyRefused, error.description)
        case let error as FinishedTrialsError: self.init(.badInput, error.description)
        case let error as StudyStoreError:
            switch error.code {
            case .locked: self.init(.studyRefused, error.description)
            case .noStudy: self.init(.missingInput, error.description)
            case .system, .folderReplaced: self.init(.disk, error.description)
            default: self.init(.failed, error.description)
            }
        default: self.init(.failed, "\(error)")
        }
    }
}
