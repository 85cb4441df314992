internal import Experiments
internal import Studies
internal import StudyStore

/// A journal that a reader accepts is accepted by a writer, who finds the same records and cuts no more than the tail.
enum JournalReading {
    static func read(_ bytes: [UInt8], in folder: String) throws(BrokenPromise) {
        let study = StudyFolder(folder)
        do {
            try FolderFiles.make(study.journalFolder)
            try FolderFiles.write(bytes, to: "\(study.journalFolder)/00000001.wnj")
        } catch {
            throw BrokenPromise("the fuzzer's own folder fails: \(error)")
        }
        guard let records = try? Journal.read(study) else { return }
        do {
            let opened = try Journal.open(study)
            guard opened.records.count == records.count, opened.journal.tornBytes < bytes.count else {
                throw BrokenPromise("read \(records.count) records, opened \(opened.records.count)")
            }
            guard try Journal.read(study).count == records.count else {
                throw BrokenPromise("a journal whose tail was cut has other records than before")
            }
        } catch let error as BrokenPromise {
            throw error
        } catch {
            throw BrokenPromise("a journal that could be read cannot be opened: \(error)")
        }
    }
}
