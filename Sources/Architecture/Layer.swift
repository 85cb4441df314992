/// One layer of a model, as a description: what it computes and with which sizes, without weights.
public struct Layer: Hashable, Sendable {
    package let content: Content

    /// A layer of its own, or one that holds others.
    package enum Content: Sendable {
        case single(any LayerKind)
        case residual(Residual)
        case sequential(ModelDescription)
    }

    package init(_ kind: any LayerKind) {
        content = .single(kind)
    }

    private init(_ content: Content) {
        self.content = content
    }

    public static func residual(_ residual: Residual) -> Layer { Layer(.residual(residual)) }
    public static func sequential(_ model: ModelDescription) -> Layer { Layer(.sequential(model)) }

    /// y = body(x) + shortcut(x); an empty shortcut is the identity.
    ///
    /// The names of the elements are theirs within the residual layer, both parts side by side.
    ///
    /// Source: He et al., "Deep residual learning for image recognition", CVPR 2016.
    public struct Residual: Hashable, Sendable {
        public var body: ModelDescription
        public var shortcut: ModelDescription

        public init(body: ModelDescription, shortcut: ModelDescription = ModelDescription(elements: [])) {
            self.body = body
            self.shortcut = shortcut
        }

        /// Names the layers "body.0", "body.1", ... and "shortcut.0", ...
        public init(body: [Layer], shortcut: [Layer] = []) {
            self.init(
                body: ModelDescription(body, prefix: "body."), shortcut: ModelDescription(shortcut, prefix: "shortcut.")
            )
        }
    }

    /// The name that an experiment file uses.
    public var kind: String {
        switch content {
        case .single(let kind): kind.name
        case .residual: Composite.residual.rawValue
        case .sequential: Composite.sequential.rawValue
        }
    }
}

extension Layer.Content: Hashable {
    package static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.single(let a), .single(let b)): AnyHashable(a) == AnyHashable(b)
        case (.residual(let a), .residual(let b)): a == b
        case (.sequential(let a), .sequential(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .single(let kind): hasher.combine(AnyHashable(kind))
        case .residual(let residual): hasher.combine(residual)
        case .sequential(let model): hasher.combine(model)
        }
    }
}

extension Layer {
    /// The layers that hold others, by the words that an experiment file uses.
    package enum Composite: String, CaseIterable, Sendable {
        case residual, sequential
    }

    /// The words of all layers, in the order in which an error lists them.
    package static var names: [String] { kinds.map(\.name) + Composite.allCases.map(\.rawValue) }

    /// What other programs call the layers, words separated by spaces.
    package static var otherNames: [(name: String, others: String)] {
        kinds.map { ($0.name, $0.otherNames) } + [(Composite.residual.rawValue, "resblock residual_block skip")]
    }

    /// The kind with its settings at their defaults; nil for a composite layer and an unknown word.
    package static func kind(named name: String) -> (any LayerKind)? {
        kinds.first { $0.name == name }
    }
}
