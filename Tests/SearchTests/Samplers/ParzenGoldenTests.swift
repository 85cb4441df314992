import Experiments
import Foundation
import Search
import Testing

/// Mixtures and densities against Optuna's; `make_parzen.py` makes them.
@Suite struct ParzenGoldenTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var parameters: [Parameter]
        /// Coordinates, by trial.
        var history: [[Double]]
        var losses: [Double?]
        var points: [[Double]]
        var best: Estimator
        var others: Estimator

        var testDescription: String { "\(parameters.count) parameters, \(history.count) trials" }
    }

    struct Parameter: Decodable {
        var choices: Int?
        var low: Double?
        var high: Double?
        var log: Bool?
        var integer: Bool?
        var step: Double?

        var domain: ParameterDomain {
            get throws {
                if let choices { return .values((0..<choices).map { .int($0) }) }
                let (low, high) = (try #require(low), try #require(high))
                let scale: ParameterDomain.Scale = log == true ? .log : .linear
                return integer == true
                    ? .integer(minimum: Int(low), maximum: Int(high), scale: scale, step: Int(step ?? 1))
                    : .real(minimum: low, maximum: high, scale: scale, step: step)
            }
        }

        /// Optuna's number of a step of ours: steps are counted from the least value on.
        func number(ofStep step: Double) -> Double {
            guard log != true, integer == true || self.step != nil else { return step }
            return (low ?? 0) + step * (self.step ?? 1)
        }

        func coordinate(_ number: Double) throws -> Double {
            try #require(try domain.coordinate(of: .double(number)))
        }
    }

    struct Estimator: Decodable {
        var trials: [Int]
        var weights: [Double]
        var normals: [Normals?]
        var logDensities: [Double]
    }

    struct Normals: Decodable {
        var means: [Double]
        var deviations: [Double]
    }

    static let cases: [Case] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/parzen.json")
        do {
            return try JSONDecoder().decode([Case].self, from: Data(contentsOf: path))
        } catch {
            fatalError("\(path.path): \(error)")
        }
    }()

    @Test func allCasesAreThere() {
        #expect(Self.cases.count == 16 && Self.cases.contains { $0.losses.contains(nil) })
    }

    @Test(arguments: cases)
    func equalsOptuna(_ golden: Case) throws {
        let domains = try golden.parameters.map { try $0.domain }
        let split = TPESampler.split(golden.losses)
        #expect(split.best == golden.best.trials && split.others == golden.others.trials)
        for expected in [golden.best, golden.others] {
            let columns = try golden.parameters.enumerated().map { place, parameter in
                try expected.trials.map { try parameter.coordinate(golden.history[$0][place]) }
            }
            let estimator = ParzenEstimator(domains, observations: columns)
            #expect(isClose(estimator.weights, expected.weights))
            for (parameter, normals) in expected.normals.enumerated() {
                let found = estimator.normals(parameter)
                #expect((found == nil) == (normals == nil))
                guard let found, let normals else { continue }
                let step = golden.parameters[parameter].step ?? 1
                #expect(isClose(found.means.map(golden.parameters[parameter].number(ofStep:)), normals.means))
                #expect(isClose(found.deviations.map { $0 * step }, normals.deviations), "parameter \(parameter)")
            }
            let points = try golden.points.map { point in
                try zip(golden.parameters, point).map { try $0.coordinate($1) }
            }
            #expect(isClose(points.map(estimator.logDensity), expected.logDensities))
        }
    }

    private func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
        let scale = max(expected.map(abs).max() ?? 0, 1e-3)
        return found.count == expected.count
            && zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-11 * max(abs($1), 1e-3 * scale) }
    }
}
