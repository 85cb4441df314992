import Foundation

/// A function of an object file, as `objdump` prints it.
struct MachineCode {
    struct Instruction {
        let address: Int
        let text: String

        var isMultiplyAdd: Bool { text.prefixMatch(of: /vfn?m(add|sub)/) != nil }
        /// The number of the vector register that it writes: the last operand is one, and no mask follows.
        var vectorWritten: Int? {
            text.firstMatch(of: /%[xyz]mm(\d+)( \{[^}]*\})*$/).flatMap { Int($0.output.1) }
        }
        /// What it stores to memory: the number of the vector register.
        var vectorStored: Int? {
            text.prefixMatch(of: /vmov\w+\s+%[xyz]mm(\d+),.*\)$/).flatMap { Int($0.output.1) }
        }
        /// Where it jumps to, and whether it may go on behind as well.
        var target: Int? { text.prefixMatch(of: /j\w+\s+([0-9a-f]+)/).flatMap { Int($0.output.1, radix: 16) } }
        var endsBlock: Bool { text.hasPrefix("j") || text.hasPrefix("notrack j") || text.hasPrefix("ret") }
        var goesOn: Bool { !text.hasPrefix("jmp") && !text.hasPrefix("notrack jmp") && !text.hasPrefix("ret") }
    }

    let name: String
    private(set) var instructions: [Instruction] = []

    /// The functions in what `objdump -d --no-show-raw-insn` printed.
    static func functions(of disassembly: String) -> [MachineCode] {
        var functions: [MachineCode] = []
        for line in disassembly.split(separator: "\n") {
            if let heading = line.prefixMatch(of: /[0-9a-f]+ <(.+)>:/) {
                functions.append(MachineCode(name: String(heading.output.1)))
            } else if let instruction = line.prefixMatch(of: /\s*([0-9a-f]+):\t(.+)/), !functions.isEmpty {
                let text = instruction.output.2.trimmingCharacters(in: .whitespaces)
                functions[functions.count - 1].instructions.append(
                    Instruction(address: Int(instruction.output.1, radix: 16) ?? 0, text: text))
            }
        }
        return functions
    }

    /// Where an instruction touches the function's stack: from the stack pointer, or the frame pointer where it is one.
    func stackPlace(_ instruction: Instruction) -> Substring? {
        let hasFrame = instructions.prefix(12).contains { $0.text.contains(/^mov\s+%rsp,%rbp$/) }
        return instruction.text.firstMatch(
            of: hasFrame ? /(-?0x[0-9a-f]+)?\(%r[sb]p[^)]*\)/ : /(-?0x[0-9a-f]+)?\(%rsp[^)]*\)/)?
            .output.0
    }

    /// The innermost loops, each as its instructions.
    var innermostLoops: [[Instruction]] {
        guard !instructions.isEmpty else { return [] }
        let places = Dictionary(uniqueKeysWithValues: instructions.enumerated().map { ($1.address, $0) })
        var starts: Set = [0]
        for (place, instruction) in instructions.enumerated() where instruction.endsBlock {
            starts.insert(place + 1)
            if let target = instruction.target.flatMap({ places[$0] }) { starts.insert(target) }
        }
        let blocks = starts.filter { $0 < instructions.count }.sorted()
        let ends = Dictionary(uniqueKeysWithValues: zip(blocks, blocks.dropFirst() + [instructions.count]))
        var graph = ControlFlow()
        for (start, end) in ends {
            let last = instructions[end - 1]
            graph.successors[start] =
                [last.target.flatMap { places[$0] }, last.goesOn && end < instructions.count ? end : nil].compactMap {
                    $0
                }
        }
        return graph.innermostLoops.map { loop in loop.sorted().flatMap { instructions[$0..<(ends[$0] ?? $0)] } }
    }
}
