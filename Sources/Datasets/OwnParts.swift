/// The rows that a source itself sets apart: MNIST's 10,000 test images, say. All other rows are to be shared out.
package struct OwnParts: Sendable, Equatable {
    package var test: Range<Int>?
    package var validation: Range<Int>?
    /// Rows without a class that counts: theirs is -1 where the truth is unknown, and may be so here only.
    package var unlabelled: Range<Int>?

    package init(test: Range<Int>? = nil, validation: Range<Int>? = nil, unlabelled: Range<Int>? = nil) {
        self.test = test
        self.validation = validation
        self.unlabelled = unlabelled
    }

    /// The rows of 0..<count that are in none of the parts, ascending.
    func remaining(of count: Int) -> [Int] {
        let taken = [test, validation, unlabelled].compactMap { $0 }
        guard !taken.isEmpty else { return Array(0..<count) }
        return (0..<count).filter { row in !taken.contains { $0.contains(row) } }
    }
}
