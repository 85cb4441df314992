import Charts
import Studies
import Testing

struct ReliabilityChartTests {
    private func parsed(_ reliability: Reliability, canvas: Canvas = .wide) throws -> ParsedXML {
        try ParsedXML.parse(
            ReliabilityChart(title: "Reliability", reliability: reliability, canvas: canvas).picture(id: "p").file)
    }

    /// The ticks at 0 and 1 tell where a value stands.
    private func unit(_ picture: ParsedXML) throws -> (x: (Double) -> Double, y: (Double) -> Double) {
        let diagonal = try #require(picture.classed("diagonal").first)
        let (left, right) = (diagonal.number("x1"), diagonal.number("x2"))
        let (bottom, top) = (diagonal.number("y1"), diagonal.number("y2"))
        #expect(abs((right - left) - (bottom - top)) < 0.01, "the diagonal has 45 degrees")
        return ({ left + $0 * (right - left) }, { bottom + $0 * (top - bottom) })
    }

    @Test(arguments: [Canvas.wide, .narrow])
    func dotsStandAtTheMeansAndGapsReachTheDiagonal(_ canvas: Canvas) throws {
        let picture = try parsed(SampleStudy.reliability, canvas: canvas)
        let (x, y) = try unit(picture)
        let dots = picture.classed("bin")
        let gaps = picture.classed("gap")
        let expected = [(0.3125, 0.5), (0.5, 0.25), (0.7, 0.75), (0.9, 0.975)]
        try #require(dots.count == expected.count && gaps.count == expected.count)
        for (index, (confidence, accuracy)) in expected.enumerated() {
            #expect(abs(dots[index].number("cx") - x(confidence)) < 0.01)
            #expect(abs(dots[index].number("cy") - y(accuracy)) < 0.01)
            #expect(abs(gaps[index].number("x1") - x(confidence)) < 0.01)
            #expect(abs(gaps[index].number("y1") - y(confidence)) < 0.01)
            #expect(abs(gaps[index].number("y2") - y(accuracy)) < 0.01)
        }
        #expect(
            dots[3].named("title").map(\.text) == [
                "confidence 0.8 to 1: 40 samples, mean confidence 0.9, 0.975 right"
            ])
        // A bin of four samples is a ring.
        #expect(dots.map { $0.attributes["fill"] == $0.attributes["stroke"] } == [false, true, true, true])
    }

    @Test func barsAreAsHighAsTheirSamplesAreMany() throws {
        let picture = try parsed(SampleStudy.reliability)
        let (x, _) = try unit(picture)
        let bars = picture.classed("samples")
        try #require(bars.count == 4)
        let heights = bars.map { $0.number("height") }
        for (height, count) in zip(heights, [4.0, 16, 20, 40]) {
            #expect(abs(height / heights[3] - count / 40) < 0.001)
        }
        for (index, bar) in bars.enumerated() {
            #expect(bar.number("x") > x(0.2 * Double(index + 1)))
            #expect(bar.number("x") + bar.number("width") < x(0.2 * Double(index + 2)))
        }
    }

    @Test func aSingleSampleAmongManyIsSeen() throws {
        let picture = try parsed(
            Reliability(bins: [
                .init(count: 1, right: 0, confidence: 0.5), .init(count: 1_000_000, right: 1, confidence: 900_000),
            ]))
        #expect(picture.classed("samples").allSatisfy { $0.number("height") >= 1 })
    }

    /// The errors are (0.75 + 4 + 1 + 3) / 80, with numpy's arithmetic.
    @Test func itSaysTheErrorAndWhatTheTemperatureMakesOfIt() throws {
        let plain = try parsed(SampleStudy.reliability)
        #expect(plain.classed("note").first?.text == "expected calibration error 0.1094")
        #expect(
            plain.named("desc").first?.text == """
                80 samples: mean confidence 0.7406, accuracy 0.75, so the model is less sure than right. Expected \
                calibration error 0.1094.
                """)
        let calibrated = try parsed(
            Reliability(bins: SampleStudy.reliability.bins, calibrated: SampleStudy.calibrated))
        #expect(
            calibrated.classed("note").map(\.text).joined(separator: " ").hasPrefix(
                "expected calibration error 0.1094; with the validation part's temperature, 1.25, it is 0.03125"))
    }

    @Test(arguments: [0, 3])
    func withoutSamplesAWordSaysSo(_ bins: Int) throws {
        let empty = Reliability.Bin(count: 0, right: 0, confidence: 0)
        for canvas in [Canvas.wide, .narrow] {
            let picture = try parsed(Reliability(bins: Array(repeating: empty, count: bins)), canvas: canvas)
            #expect(picture.classed("note").map(\.text) == ["no sample has been predicted"])
            #expect(picture.classed("bin").isEmpty)
        }
    }
}
