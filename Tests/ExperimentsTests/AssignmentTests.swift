import Experiments
import TestSupport
import Testing

@Suite struct AssignmentTests {
    @Test func typesStayApartThroughJSON() throws {
        let assignment: Assignment = [
            .init(path: "a", value: .int(1)), .init(path: "b", value: .double(1)), .init(path: "c", value: .bool(true)),
            .init(path: "d", value: .string("1")), .init(path: "e", value: .double(-0.0)),
        ]
        let again = try throughJSON(assignment)
        #expect(again == assignment)
        #expect(again["b"] == .double(1))
        #expect(again["a"] == .int(1))
        #expect(again["z"] == nil)
        #expect("\(assignment)" == "a=1 b=1.0 c=true d=1 e=-0.0")
    }

    @Test(arguments: SeededCases(500))
    func doublesSurviveBitForBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        let double = Double(bitPattern: UInt64.random(in: 0..<Double.infinity.bitPattern, using: &random))
        let assignment: Assignment = [.init(path: "x", value: .double(double))]
        #expect(try throughJSON(assignment) == assignment, "\(testCase)")
        #expect(Double(ParameterValue.double(double).description) == double, "\(testCase)")
    }

    @Test func aValueOfTwoTypesIsRefused() {
        #expect(throws: DecodingError.self) {
            try PortableJSON.decode(ParameterValue.self, from: Array(#"{"int":1,"double":2}"#.utf8))
        }
    }
}
