import Glibc

extension CoordinatorMachine.Origin {
    /// This machine.
    package init(program: String) {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        self.init(
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            program: program)
    }
}
