import Experiments
import TestSupport
import Testing

@Suite struct AssignmentTests {
    @Test func valuesAreFoundAndSpelled() {
        let assignment: Assignment = [
            .init(path: "a", value: .int(1)), .init(path: "b", value: .double(1)), .init(path: "c", value: .bool(true)),
            .init(path: "d", value: .string("1")), .init(path: "e", value: .double(-0.0)),
        ]
        #expect(assignment["b"] == .double(1))
        #expect(assignment["a"] == .int(1))
        #expect(assignment["z"] == nil)
        #expect("\(assignment)" == "a=1 b=1.0 c=true d=1 e=-0.0")
    }

    @Test(arguments: SeededCases(500))
    func doublesSurviveTheirSpelling(_ testCase: SeededCase) {
        var random = testCase.random
        let double = Double(bitPattern: UInt64.random(in: 0..<Double.infinity.bitPattern, using: &random))
        #expect(Double(ParameterValue.double(double).description) == double, "\(testCase)")
    }
}
