import Architecture
import Compute
import HDF5
import Testing

@Suite("Schedules against PyTorch")
struct ScheduleGoldenTests {
    @Test("have its rate and momentum in every step", arguments: try GoldenFile.schedules.cases())
    func rates(golden: GoldenCase) throws {
        let stepsPerEpoch = try golden.integer("steps_per_epoch")
        let monitored = try golden.group.read("monitored", as: Double.self).values
        var controller = LearningRateController(
            schedule: try golden.settings("schedule", as: ScheduleSettings.self).schedule(),
            learningRate: try golden.number("learning_rate"), stepsPerEpoch: stepsPerEpoch,
            goal: try golden.text("goal") == "maximize" ? .maximize : .minimize)
        var results = Results()
        for (index, value) in monitored.enumerated() {
            for step in 0..<stepsPerEpoch {
                let (rate, momentum) = controller.rate(epoch: index + 1, step: step)
                results["rates", default: []].append(rate)
                results["momenta", default: []].append(momentum ?? untouched)
            }
            controller.observe(epoch: index + 1, monitored: value)
        }
        var expected = Results()
        expected["rates"] = try golden.group.read("rates", as: Double.self).values
        expected["momenta"] = try golden.group.read("momenta", as: Double.self).values.map { $0.isNaN ? untouched : $0 }
        // PyTorch follows a cosine from step to step, and rounds in each.
        let misfits = results.misfits(to: expected, tolerance: 1e-12)
        #expect(misfits.isEmpty, "\(misfits)")
    }

    /// Stands for a momentum that the schedule leaves alone.
    private let untouched = -1.0

    @Test("every schedule has a golden, with a warm-up and without")
    func coverage() throws {
        let settings = try GoldenFile.schedules.cases().map { try $0.settings("schedule", as: ScheduleSettings.self) }
        for warm in [false, true] {
            let kinds = settings.filter { ($0.warmup != nil) == warm }.map(\.kind)
            #expect(Set(kinds) == Set(LearningRateSchedule.Kind.allCases))
        }
    }
}
