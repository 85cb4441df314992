import Experiments
import Wire

/// Checkpoints on their way up and down.
extension CoordinatorMachine {
    mutating func receive(_ chunk: Chunk, bytes: [UInt8], from peer: PeerID) {
        guard isCurrent(chunk.id), peers[peer]!.running[chunk.id] != nil else { return abandon(chunk.id, on: peer) }
        let key = UploadKey(id: chunk.id, kind: chunk.file.kind)
        if chunk.offset == 0 {
            uploads[key] = Upload(file: chunk.file, received: 0)
        }
        guard let upload = uploads[key], upload.file == chunk.file, upload.received == chunk.offset,
            !bytes.isEmpty, bytes.count <= Chunk.size, chunk.offset + bytes.count <= chunk.file.size
        else { return }
        uploads[key]!.received += bytes.count
        actions.append(.stage(chunk, bytes: bytes))
        var receipt = chunk
        receipt.offset = chunk.offset + bytes.count
        if receipt.offset == chunk.file.size {
            actions.append(.publish(receipt, from: peer))
        } else {
            actions.append(.send(.received(receipt), to: peer))
        }
    }

    mutating func serve(_ fetch: WorkerMessage.Fetch, to peer: PeerID) {
        guard isCurrent(fetch.id), peers[peer]!.running[fetch.id] != nil else { return abandon(fetch.id, on: peer) }
        let trial = study.trials[fetch.id.trial]
        guard let file = fetch.file == .best ? trial.best : trial.last, (0..<file.size).contains(fetch.offset) else {
            return
        }
        actions.append(.sendFile(Chunk(id: fetch.id, file: file, offset: fetch.offset), to: peer))
    }

    /// Whatever has arrived of an ended attempt's checkpoints is not needed any more.
    mutating func discardUploads(of id: AttemptID) {
        for kind in StoredFile.Kind.allCases {
            uploads[UploadKey(id: id, kind: kind)] = nil
        }
        actions.append(.discardUploads(id))
    }
}
