import Experiments
import Studies
import TestSupport
import Testing

@Suite struct SelectionTests {
    @Test func theEarliestOfEqualsIsKept() {
        var selection = Selection(SelectionRule(monitor: "validation_loss", goal: .minimize))
        #expect(selection.bestEpoch == nil)
        let isNewBest = [0.5, 0.4, 0.4, 0.45].enumerated().map { selection.observe(epoch: $0 + 1, value: $1) }
        #expect(isNewBest == [true, true, false, false])
        #expect(selection.bestEpoch == 2)
        #expect(selection.bestValue == 0.4)
    }

    @Test func whatIsNotFiniteIsNeverKept() {
        var selection = Selection(SelectionRule(monitor: "validation_r2", goal: .maximize))
        let values = [Double.nan, .infinity, -.infinity, -7, .nan, .infinity]
        let isNewBest = values.enumerated().map { selection.observe(epoch: $0 + 1, value: $1) }
        #expect(isNewBest == [false, false, false, true, false, false])
        #expect(selection.bestEpoch == 4)
    }

    @Test(arguments: SeededCases(300))
    func agreesWithSortingAllEpochs(_ testCase: SeededCase) throws {
        var random = testCase.random
        let goal: Goal = Bool.random(using: &random) ? .minimize : .maximize
        let values = MonitoredValues.draw(using: &random)
        var selection = Selection(SelectionRule(monitor: "validation_loss", goal: goal))
        for epoch in values.indices {
            let isNewBest = selection.observe(epoch: epoch + 1, value: values[epoch])
            let finite = values[...epoch].enumerated().filter { $0.element.isFinite }
            let best = finite.sorted { a, b in
                a.element == b.element
                    ? a.offset < b.offset : (goal == .minimize ? a.element < b.element : a.element > b.element)
            }.first
            #expect(selection.bestEpoch == best.map { $0.offset + 1 }, "\(testCase)")
            #expect(isNewBest == (best?.offset == epoch), "\(testCase)")
            // As if a worker died after every epoch.
            selection = try throughJSON(selection)
        }
    }
}
