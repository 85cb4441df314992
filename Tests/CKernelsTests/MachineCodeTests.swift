import Foundation
import Testing

#if arch(x86_64) && os(Linux)

    /// What the compiler made of the products, on whatever machine it ran: all forms are in the same object files.
    ///
    /// A template's sums are an array whose bounds are constants. Where the compiler keeps a loop over it, or finds too
    /// few registers, they lie on the stack, and a product takes three times as long; nothing else shows it.
    @Suite("The built kernels' machine code")
    struct MachineCodeTests {
        /// Sources whose inner loops are products. Others add and multiply too, but wait for memory.
        private static let products = ["gemm_", "window_", "winograd_"]

        @Test("no sum of products lies on the stack")
        func sumsInRegisters() async throws {
            var loops = 0
            var sums = 0
            for object in try KernelSources.objects() {
                let file = URL(fileURLWithPath: object).lastPathComponent
                guard Self.products.contains(where: file.hasPrefix) else { continue }
                let printed = try await Program.output(["objdump", "-d", "--no-show-raw-insn", object])
                for function in MachineCode.functions(of: printed) {
                    for loop in function.innermostLoops {
                        let products = InnerLoop(instructions: loop, function: function)
                        loops += products.sums.isEmpty ? 0 : 1
                        sums += products.sums.count
                        #expect(products.onStack == [], "\(file), \(function.name)")
                    }
                }
            }
            // Six source files in two forms, each with a template for every size of tile.
            #expect(loops > 100)
            #expect(sums > 1000)
        }

        @Test("loops are found, and what they keep on the stack")
        func finds() throws {
            let functions = MachineCode.functions(
                of: """
                    0000000000000000 <product>:
                       0:\tpush   %rbp
                       1:\tmov    %rsp,%rbp
                       4:\tvxorps %xmm1,%xmm1,%xmm1
                       8:\tvmovups (%rdi),%zmm2
                       e:\tvfmadd231ps (%rsi){1to16},%zmm2,%zmm1
                      14:\tvmovups %zmm1,-0x40(%rbp)
                      1a:\tvfmadd231ps -0x80(%rbp),%zmm2,%zmm3
                      20:\tdec    %rax
                      23:\tjne    8 <product+0x8>
                      25:\tdec    %rcx
                      28:\tjne    4 <product+0x4>
                      2a:\tret
                    """)
            let function = try #require(functions.first)
            #expect(functions.count == 1 && function.name == "product")
            let loops = function.innermostLoops
            #expect(loops.map { $0.map(\.address) } == [[0x8, 0xe, 0x14, 0x1a, 0x20, 0x23]])
            let loop = InnerLoop(instructions: try #require(loops.first), function: function)
            #expect(loop.sums == [1, 3])
            #expect(loop.onStack.map { $0.prefix(4) } == ["14: ", "1a: "])
        }
    }

    /// An innermost loop, and the sums of products in it.
    private struct InnerLoop {
        let instructions: [MachineCode.Instruction]
        let function: MachineCode

        /// The vector registers that nothing but multiply-adds writes: what comes out of one round goes into the next.
        var sums: Set<Int> {
            let added = instructions.filter(\.isMultiplyAdd).compactMap(\.vectorWritten)
            return Set(added).subtracting(instructions.filter { !$0.isMultiplyAdd }.compactMap(\.vectorWritten))
        }

        /// In a loop that has sums, multiply-adds with an operand on the stack, and stores of sums to it; in any loop,
        /// what is read from a place on the stack, added to, and written back.
        var onStack: [String] {
            let sums = sums
            let products = Set(instructions.filter(\.isMultiplyAdd).compactMap(\.vectorWritten))
            return instructions.filter { instruction in
                guard let place = function.stackPlace(instruction) else { return false }
                let others = instructions.filter { $0.address != instruction.address && $0.text.contains(place) }
                if instruction.isMultiplyAdd {
                    return !sums.isEmpty || others.contains { $0.vectorStored != nil }
                }
                guard let stored = instruction.vectorStored else { return false }
                return sums.contains(stored) || (products.contains(stored) && !others.isEmpty)
            }.map { "\(String($0.address, radix: 16)): \($0.text)" }
        }
    }

#endif
