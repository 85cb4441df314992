/// Finds all mistakes of an experiment file: behind each one it goes on with what was probably meant, or without it.
struct MistakeSearch {
    /// Mistakes after which it gives up.
    private static let most = 100

    private(set) var found: [ExperimentError] = []
    private let file: String
    private var tree: ConfigNode
    /// What a source that cannot be read is taken for.
    private let task: LearningTask
    /// Where the tree is no longer what was written.
    private var mended: Set<ConfigPath> = []

    init(_ tree: ConfigNode, file: String, task: LearningTask) {
        self.tree = tree
        self.file = file
        self.task = task
    }

    mutating func run() {
        while found.count < Self.most {
            do {
                let experiment = try ExperimentFile.decode(tree, file: file).experiment
                tryValues(of: experiment)
                return
            } catch {
                if !followsFromMending(error) { found.append(error) }
                guard let next = mending(error), next != tree else { return }
                tree = next
            }
        }
    }

    /// Each searched value in its place.
    private mutating func tryValues(of experiment: Experiment) {
        var said: Set<String> = []
        for (assignment, place) in ExperimentFile.witnesses(experiment, tree) {
            let paths = assignment.elements.map(\.path)
            let ways = paths.compactMap { ConfigPath($0)?.components }
            guard !mended.contains(where: { place in ways.contains { $0.starts(with: place.components) } }) else {
                continue
            }
            do {
                let trial = try ExperimentFile.assigned(assignment, to: tree, place: place, file: file)
                _ = try ExperimentFile.decode(trial, file: file)
            } catch {
                let isPlain = error.place == place && assignment.elements.count == 1
                let error = isPlain ? error : error.adding("with \(assignment)")
                // A path that leads nowhere does so with every value.
                guard said.insert("\(paths): \(error.path): \(error.message)").inserted else { continue }
                found.append(error)
            }
        }
    }

    /// Whether the mistake is there only because of what was done about another one.
    private func followsFromMending(_ error: ExperimentError) -> Bool {
        switch error.kind {
        case .missingKey(let key): mended.contains(error.path.appending(key)) || mended.contains(error.path)
        case .badValue, .unknownKey: mended.contains(error.path)
        }
    }

    // MARK: - Going on

    /// The tree with something else in the mistake's place; nil where nothing helps.
    private mutating func mending(_ error: ExperimentError) -> ConfigNode? {
        let path = error.path
        let isFirst = !mended.contains(path)
        switch error.kind {
        case .missingKey(let key):
            let inner = path.appending(key)
            guard mended.insert(inner).inserted, let value = standIn(for: key, in: path) else { return without(path) }
            return (try? tree.setting(value, at: inner, file: file)) ?? without(path)
        case .unknownKey:
            mended.insert(path)
            guard isFirst, let word = error.correction?.word, let renamed = tree.renaming(path, to: word) else {
                return without(path)
            }
            return renamed
        case .badValue:
            mended.insert(path)
            if isFirst, let word = error.correction?.word, let node = tree.node(at: path) {
                if case .scalar = node.content {
                    return replacing(path, with: ConfigNode(.scalar(ConfigScalar(plain: word)), place: node.place))
                }
            }
            // Without it nobody knows what the other keys mean.
            let decides = ["kind", "preset"].contains(path.components.last) || isListOfValues(path)
            return without(decides ? path.parent : path)
        }
    }

    /// The tree without what stands at `path`, or with something plain where it is needed.
    private mutating func without(_ path: ConfigPath) -> ConfigNode? {
        mended.insert(path)
        let components = path.components
        if path == ConfigPath(["data"]) || components.starts(with: ["data", "source"]) { return withPlainSource() }
        if path == ConfigPath(["model"]) || path == ConfigPath(["model", "layers"]) {
            return replacing(ConfigPath(["model"]), with: ConfigNode(["preset": ConfigNode(.string("mlp"))]))
        }
        guard let last = components.last else { return nil }
        guard let node = tree.node(at: path) else { return without(path.parent) }
        if path.parent == Self.parameters, case .mapping(let entries)? = tree.node(at: path.parent)?.content,
            entries.count == 1
        {
            // A space that is empty only now is no mistake, and neither is a sampler that has nothing to draw.
            mended.insert(ConfigPath(["search", "sampler"]))
            return without(path.parent)
        }
        if Int(last) != nil, case .list(let elements)? = tree.node(at: path.parent)?.content {
            if components.starts(with: ["model", "layers"]) {
                let plain = ConfigNode(.string("relu"), place: node.place)
                return node == plain ? without(path.parent) : replacing(path, with: plain)
            }
            guard let other = elements.first(where: { $0 != node && !isMended($0, path.parent, elements) }) else {
                return without(path.parent)
            }
            return replacing(path, with: other)
        }
        if let parent = components.dropLast().last, Int(parent) != nil, components.starts(with: ["model", "layers"]) {
            // A layer without its own word is none.
            return without(path.parent)
        }
        return tree.removing(path)
    }

    private static let parameters = ConfigPath(["search", "parameters"])

    /// Without its values, a parameter would be taken for a range.
    private func isListOfValues(_ path: ConfigPath) -> Bool {
        path.components.last == "values" && path.parent.parent == Self.parameters
    }

    private func isMended(_ node: ConfigNode, _ list: ConfigPath, _ elements: [ConfigNode]) -> Bool {
        elements.indices.contains { elements[$0] == node && mended.contains(list.appending(String($0))) }
    }

    private mutating func withPlainSource() -> ConfigNode? {
        let source = ConfigNode([
            "hdf5": ConfigNode(.string("unknown.h5")), "task": ConfigNode(.string(task.rawValue)),
        ])
        let data = ConfigPath(["data"])
        mended.formUnion([data, data.appending("source")])
        if case .mapping? = tree.node(at: data)?.content { return replacing(data.appending("source"), with: source) }
        return replacing(data, with: ConfigNode(["source": source]))
    }

    private func replacing(_ path: ConfigPath, with node: ConfigNode) -> ConfigNode? {
        try? tree.setting(node, at: path, file: file)
    }

    /// A value of the right type for a key that must be there.
    private func standIn(for key: String, in section: ConfigPath) -> ConfigNode? {
        switch key {
        case "features", "channels", "kernel", "epochs", "count", "patience": ConfigNode(.int(1))
        case "probability", "amount", "alpha", "scale": ConfigNode(.double(0.1))
        case "min": ConfigNode(.int(0))
        case "max": ConfigNode(.int(1))
        case "target": ConfigNode(.string("unknown"))
        case "task": ConfigNode(.string(task.rawValue))
        case "preset": ConfigNode(.string("mlp"))
        case "body": ConfigNode(.list([ConfigNode(.string("relu"))]))
        default: nil
        }
    }
}

extension ExperimentFile {
    /// All mistakes of a file that can be found without its data, in the order of its lines; those of overrides last.
    package static func mistakes(in text: String, name: String, overrides: [Override] = []) -> [ExperimentError] {
        var found: [ExperimentError] = []
        var tree: ConfigNode
        do {
            tree = try Self.tree(of: text, name: name)
        } catch {
            return [error]
        }
        for override in overrides {
            do {
                tree = try override.applied(to: tree, file: name)
            } catch {
                found.append(error)
            }
        }
        // Where nobody knows what the data are, they are what leaves the fewest mistakes.
        let searches = LearningTask.allCases.map { task in
            var search = MistakeSearch(tree, file: name, task: task)
            search.run()
            return search.found
        }
        found += searches.min { $0.count < $1.count } ?? []
        var said: Set<String> = []
        return found.filter { said.insert($0.description).inserted }.enumerated()
            .sorted { ($0.element.sortingPlace, $0.offset) < ($1.element.sortingPlace, $1.offset) }.map(\.element)
    }
}

extension ExperimentError {
    fileprivate var sortingPlace: Int {
        switch place {
        case .file(let line, let column): line << 20 + min(column, 1 << 20 - 1)
        case nil: 0
        case .override: .max
        }
    }
}

extension ConfigPath {
    fileprivate var parent: ConfigPath { ConfigPath(components.dropLast()) }
}

extension ConfigNode {
    /// The same tree with the key at `path` called otherwise; nil where `name` is none, or is there already.
    fileprivate func renaming(_ path: ConfigPath, to name: String) -> ConfigNode? {
        guard let key = path.components.last, !name.contains("."), var section = node(at: path.parent),
            case .mapping(var entries) = section.content, !entries.contains(where: { $0.key == name }),
            let index = entries.firstIndex(where: { $0.key == key })
        else { return nil }
        entries[index].key = name
        section.content = .mapping(entries)
        return try? setting(section, at: path.parent, file: "")
    }
}
