package import Experiments

/// What became of the actions that touch files: the loop's answers.
package enum StorageEvent: Hashable, Sendable {
    /// To `.findSharedFolder`: whether the file of the welcome holds this nonce here.
    case sharedFolder(nonce: String, isHere: Bool)
    /// To `.place`: whether the copy is whole and durable in the study's folder.
    case placed(AttemptID, SpooledFile, Bool)
    /// To `.takeShared`, and to the `.keep` of a download's last piece; nil where the bytes are not those announced.
    case checkpoint(AttemptID, SpooledFile?)
    /// To `.findData`.
    case data(AttemptID, DataPresence)
    /// To `.beginData`: the files that are not whole here, in the order in which they are to be asked for.
    case dataBegun(String, [DataDownload.File])
    /// To the `.keepData` of a file's last piece: whether the file is what the list says.
    case dataFile(String, path: String, isWhole: Bool)
    /// To `.finishData`: all files are whole and in their place.
    case dataFinished(String)
    /// To any action on a data set's files: they cannot be kept here, and why.
    case dataFailed(String, reason: String)
}

/// Whether a data set is on this machine.
package enum DataPresence: Hashable, Sendable {
    case here
    /// It is to be fetched, by this process and no other, or is being fetched by it.
    case missing
    /// Another process of this machine is fetching it.
    case busy
}
