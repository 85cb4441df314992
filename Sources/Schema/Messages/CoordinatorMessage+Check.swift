import Experiments
import Studies

/// A coordinator may lie, too: what it says must not lead a worker out of its folders or into endless memory.
extension CoordinatorMessage {
    package mutating func check(bytes: Int) throws(WireError) {
        switch self {
        case .chunk(let chunk): return try chunk.check(bytes: bytes)
        case .dataChunk(let chunk): return try chunk.check(bytes: bytes)
        default: try Field("bytes").within(bytes, 0...0)
        }
        switch self {
        case .welcome(let welcome): try welcome.check()
        case .refused(var refused):
            refused.reason = refused.reason.oneLine(atMost: MessageLimit.errorBytes)
            self = .refused(refused)
        case .heartbeat(let heartbeat):
            try Field("generation").within(heartbeat.generation, 0...MessageLimit.size)
            try Field("answers").within(heartbeat.answers, 0...MessageLimit.size)
        case .assign(let assign):
            try assign.id.check()
            try Field("experiment_sha256").sha256(assign.experiment)
            try assign.parameters.check()
            try Field("data_sha256").sha256(assign.dataDigest)
            try assign.resume?.check()
            try Field("metrics").count(assign.metrics.count, atMost: MessageLimit.metrics)
            for name in assign.metrics { try Field("metrics").name(name) }
            try Field("pause_after").within(assign.pauseAfter ?? 1, 1...MessageLimit.number)
        case .experiment(let experiment): try Field("sha256").sha256(experiment.digest)
        case .epochStored(let stored):
            try stored.id.check()
            try Field("epoch").within(stored.epoch, 1...MessageLimit.number)
            try Field("answers").within(stored.answers ?? 0, 0...MessageLimit.size)
            try Field("metrics").count(stored.metrics.count, atMost: MessageLimit.metrics)
            for name in stored.metrics.keys { try Field("metrics").name(name) }
        case .received(let chunk): try chunk.check(bytes: nil)
        case .fileStored(let stored):
            try stored.id.check()
            try stored.file.check()
        case .dataFiles(let files): try files.check()
        case .outcomeStored(let id), .abandon(let id), .recall(let id), .prune(let id): try id.check()
        case .chunk, .dataChunk, .whoAreYou, .drain: break
        }
    }
}

extension CoordinatorMessage.Welcome {
    func check() throws(WireError) {
        try Field("generation").within(generation, 0...MessageLimit.size)
        try Field("study").line(study, 0...4_096)
        try Field("heartbeat_s").within(heartbeatSeconds, 0.001...86_400)
        try Field("lease_s").within(leaseSeconds, heartbeatSeconds...864_000)
        try Field("shared").count(shared.count, atMost: MessageLimit.studies)
        for folder in shared { try folder.check() }
    }
}

extension CoordinatorMessage.SharedFolder {
    func check() throws(WireError) {
        try Field("shared.path").line(path, 1...4_096)
        guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw Field("shared.path").refuse("it is no absolute path")
        }
        // A hidden name and many digits: no file that a system has anyway passes for a coordinator's.
        try Field("shared.name").name(name)
        guard name.hasPrefix(".") else { throw Field("shared.name").refuse("it begins with a point") }
        guard (16...128).contains(nonce.utf8.count), nonce.isLowerHexadecimal else {
            throw Field("shared.nonce").refuse("it is 16 to 128 hexadecimal digits")
        }
    }
}

extension CoordinatorMessage.DataFiles {
    func check() throws(WireError) {
        try Field("data_sha256").sha256(data)
        try Field("files").count(files.count, atMost: MessageLimit.dataFiles)
        try Field("files.path").distinct(files.map(\.path))
        let paths = Set(files.map(\.path))
        for file in files {
            try Field("files.path").relativePath(file.path)
            try Field("files.size").within(file.size, 0...MessageLimit.size)
            try Field("files.sha256").sha256(file.sha256)
            // A file cannot be a folder of another.
            var folder = file.path[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                guard !paths.contains(String(folder)) else {
                    throw Field("files.path").refuse("\(folder) is a file and a folder")
                }
            }
        }
    }
}

extension CoordinatorMessage.DataChunk {
    func check(bytes: Int) throws(WireError) {
        try Field("data_sha256").sha256(data)
        try Field("path").relativePath(path)
        try Field("offset").within(offset, 0...MessageLimit.size)
        try Field("bytes").within(bytes, 0...Chunk.size)
    }
}
