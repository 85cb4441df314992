import Experiments
import Wire

/// An assignment that cannot be started yet: its data or its checkpoint are still to come.
struct Preparation: Sendable {
    enum Resume: Sendable {
        /// It begins from nothing.
        case none
        /// Being copied out of the study's folder.
        case copying
        case coming(Download)
        case here(SpooledFile)
    }

    enum Data: Sendable, Hashable {
        /// Somebody looks whether they are here.
        case finding
        /// This process fetches them.
        case coming
        /// Another process fetches them: look again then.
        case elsewhere(again: Duration)
        case here
    }

    let assign: CoordinatorMessage.Assign
    var data = Data.finding
    var resume = Resume.none

    var isReady: Bool {
        switch resume {
        case .none, .here: data == .here
        case .copying, .coming: false
        }
    }

    var checkpoint: SpooledFile? {
        if case .here(let file) = resume { file } else { nil }
    }

    var received: Int {
        switch resume {
        case .none, .copying: 0
        case .coming(let download): download.received
        case .here(let file): file.file.size
        }
    }
}
