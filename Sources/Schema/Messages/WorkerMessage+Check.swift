import Studies

extension WorkerMessage {
    package mutating func check(bytes: Int) throws(WireError) {
        switch self {
        case .upload(let chunk): return try chunk.check(bytes: bytes)
        case .output(let id):
            try id.check()
            return try Field("bytes").within(bytes, 1...Chunk.size)
        case .programEnvironment(_, let environment):
            try Field("bytes").within(bytes, 0...Chunk.size)
            return try Field("environment").environment(environment)
        // Its own bytes, which become its record's.
        case .epochFinished: break
        default: try Field("bytes").within(bytes, 0...0)
        }
        switch self {
        case .hello(let hello): try hello.check()
        case .ready(let ready): try Field("slots").within(ready.slots, 0...MessageLimit.slots)
        case .heartbeat(var heartbeat):
            try heartbeat.check()
            self = .heartbeat(heartbeat)
        case .epochFinished(let result, var heartbeat):
            try result.check()
            guard heartbeat != nil else { return }
            try heartbeat!.check()
            self = .epochFinished(result, heartbeat: heartbeat)
        case .upload, .output, .programEnvironment, .goodbye: break
        case .placed(let placed):
            try placed.id.check()
            try placed.file.check()
        case .fetch(let fetch):
            try fetch.id.check()
            try Field("offset").within(fetch.offset, 0...MessageLimit.size)
        case .fetchData(let fetch):
            try Field("data_sha256").sha256(fetch.data)
            try Field("offset").within(fetch.offset, 0...MessageLimit.size)
            if let path = fetch.path {
                try Field("path").relativePath(path)
            }
        case .fetchExperiment(let fetch): try Field("sha256").sha256(fetch.digest)
        case .finished(var outcome):
            try outcome.check()
            self = .finished(outcome)
        case .handBack(let id): try id.check()
        }
    }

    /// An outcome without its confusion matrices, which may have more cells than a header has room for.
    package var shortened: WorkerMessage? {
        guard case .finished(var outcome) = self, outcome.confusion != nil else { return nil }
        outcome.confusion = nil
        return .finished(outcome)
    }
}

extension Field {
    fileprivate func environment(_ values: [String: String]) throws(WireError) {
        try count(values.count, atMost: MessageLimit.environment)
        for (name, value) in values {
            try self.name(name)
            try line(value, 0...MessageLimit.lineBytes)
        }
    }
}

extension WorkerMessage.Hello {
    func check() throws(WireError) {
        try Field("protocol_version").within(protocolVersion, 0...MessageLimit.number)
        guard WorkerName(worker) != nil else { throw Field("worker").refuse("it is no HOST-PID-RANDOM") }
        try Field("program").line(program, 0...MessageLimit.lineBytes)
        try Field("host").line(host, 0...MessageLimit.nameBytes)
        try Field("slots").within(slots, 1...MessageLimit.slots)
        try Field("tags").count(tags.count, atMost: MessageLimit.tags)
        for tag in tags {
            try Field("tags").name(tag)
        }
        try Field("environment").environment(environment)
        try Field("running").count(running.count, atMost: MessageLimit.attempts)
        try Field("running").distinct(running)
        for id in running {
            try id.check()
        }
        try Field("kept").count(kept?.count ?? 0, atMost: MessageLimit.attempts)
        for kept in kept ?? [] {
            guard WorkerName(kept.worker) != nil else { throw Field("kept.worker").refuse("it is no HOST-PID-RANDOM") }
            try kept.id.check()
        }
    }
}

extension WorkerMessage.Heartbeat {
    mutating func check() throws(WireError) {
        trouble = trouble?.oneLine(atMost: MessageLimit.lineBytes)
        try Field("sequence").within(sequence, 0...MessageLimit.size)
        try Field("heard").within(heard, 0...sequence)
        try Field("slots").within(slots, 0...MessageLimit.slots)
        try Field("progress").count(progress.count, atMost: MessageLimit.attempts)
        try Field("progress").distinct(progress.map(\.id))
        for progress in progress {
            try progress.id.check()
            try Field("progress.epoch").within(progress.epoch, 0...MessageLimit.number)
            try Field("progress.step").within(progress.step, 0...MessageLimit.size)
            try Field("progress.steps").within(progress.steps, 0...MessageLimit.size)
            if let patienceLeft = progress.patienceLeft {
                try Field("progress.patience_left").within(patienceLeft, 0...MessageLimit.number)
            }
            if let stage = progress.stage {
                try Field("progress.stage").name(stage)
            }
        }
    }
}
