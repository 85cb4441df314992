package import Experiments
import Glibc
package import StudyStore

/// A folder that cannot become, or is not, this experiment's study.
package enum StudyRefusal: Error, Hashable, CustomStringConvertible {
    case notAStudy(String)
    /// `differences`: where the two experiments differ, as far as that can be told.
    case otherExperiment(String, differences: [SettingDifference])
    case otherData(String)

    package var description: String {
        switch self {
        case .notAStudy(let path):
            "\(path): is no study folder and not empty; choose another with --study"
        case .otherExperiment(let path, let differences):
            "\(path): belongs to another experiment\(Self.words(differences)) (only epochs, search space, trials and seeds may differ; "
                + "and epochs not, where a schedule's own follow from them); choose another folder with --study"
        case .otherData(let path):
            "\(path): was begun with other data (their SHA-256 has changed); choose another folder with --study"
        }
    }

    /// Looks without touching anything.
    package static func check(_ folder: StudyFolder, identity: String, dataDigest: String) throws {
        guard let created = try Journal.readCreation(folder) else {
            guard isEmpty(folder) else { throw StudyRefusal.notAStudy(folder.path) }
            return
        }
        if created.identity != identity {
            let today = todaysIdentity(folder)
            guard today == identity else {
                throw StudyRefusal.otherExperiment(
                    folder.path, differences: SettingDifference.between(today ?? created.identity, identity))
            }
        }
        guard created.dataDigest == dataDigest else { throw StudyRefusal.otherData(folder.path) }
    }

    /// The first differences; an experiment that has little in common with the study's has too many for a line.
    private static func words(_ differences: [SettingDifference]) -> String {
        guard !differences.isEmpty else { return "" }
        let shown = differences.prefix(5).map {
            "\($0.path) is \($0.old ?? "not set") there and \($0.new ?? "not set") here"
        }
        let more = differences.count > 5 ? "; and \(differences.count - 5) more differ" : ""
        return ": \(shown.joined(separator: "; "))\(more)"
    }

    /// What this program makes of the study's own experiment: an earlier one may have known fewer keys.
    private static func todaysIdentity(_ folder: StudyFolder) -> String? {
        guard let bytes = try? StoredBytes.read(folder.resolvedPath) else { return nil }
        return try? ExperimentFile(text: String(decoding: bytes, as: UTF8.self), name: folder.resolvedPath).identity
    }

    /// Whether the folder is missing, or holds nothing but what a coordinator that died at its start leaves.
    private static func isEmpty(_ folder: StudyFolder) -> Bool {
        guard let listing = opendir(folder.path) else { return errno == ENOENT }
        defer { closedir(listing) }
        let own = [".", "..", "lock", "journal", "experiment.yaml", "resolved.yaml"]
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard own.contains(name) || name.hasPrefix(".") || StudyFolder.isLeftover(name) else { return false }
        }
        return true
    }
}
