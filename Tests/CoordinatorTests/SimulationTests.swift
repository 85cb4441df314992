import Foundation
import TestSupport
import Testing

@Suite struct SimulationTests {
    /// Every promise in every schedule. A failing one prints its seed, and runs first where that is set.
    @Test func promisesHoldInThousandsOfSchedules() {
        let count = ProcessInfo.processInfo.environment["WINNOW_SOAK"] == "1" ? 200_000 : 2_000
        var events = 0
        let time = ProcessorClock.measure {
            for testCase in SeededCases(count) {
                let simulation = Simulation(testCase)
                if let violation = simulation.run() { Issue.record("\(testCase): \(violation)") }
                events += simulation.eventCount
            }
        }
        print("\(count) schedules, \(events) events: \(time) of one core")
    }

    @Test func promisesHoldWithManyWorkers() {
        for testCase in SeededCases(20) {
            guard let violation = Simulation(testCase, isLarge: true).run() else { continue }
            Issue.record("\(testCase): \(violation)")
            return
        }
    }

    @Test func theSameSeedIsTheSameSchedule() {
        for testCase in SeededCases(20) {
            let (one, other) = (Simulation(testCase), Simulation(testCase))
            #expect(one.run() == other.run(), "\(testCase)")
            #expect(one.eventCount == other.eventCount, "\(testCase)")
            #expect(one.durable == other.durable, "\(testCase)")
        }
    }

    /// A simulation that finds nothing proves nothing: each of these must break a promise in one of the schedules.
    @Test(arguments: PlantedBug.allCases)
    func aPlantedBugIsFound(_ bug: PlantedBug) {
        for (number, testCase) in SeededCases(2000).enumerated() {
            guard let violation = Simulation(testCase, bug: bug).run() else { continue }
            #expect(Simulation(testCase).run() == nil, "\(testCase) finds something without the bug")
            return print("\(bug): found in schedule \(number + 1), \(violation)")
        }
        Issue.record("\(bug) was not found")
    }
}
