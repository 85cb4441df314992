import Experiments
package import Studies

/// A reliability diagram: how often predictions are right over how sure they are, and how many samples each bin has.
///
/// A dot stands at its bin's mean confidence. Below the dashed diagonal, the model is surer than right. A bin of few
/// samples is a ring.
///
/// Sources: Niculescu-Mizil and Caruana, "Predicting good probabilities with supervised learning", ICML 2005; Guo et al.,
/// "On calibration of modern neural networks", ICML 2017.
package struct ReliabilityChart: Sendable {
    private let title: String
    private let reliability: Reliability
    private let canvas: Canvas

    package init(title: String, reliability: Reliability, canvas: Canvas = .wide) {
        self.title = title
        self.reliability = reliability
        self.canvas = canvas
    }

    /// The fewest samples whose fraction of right predictions says something.
    private static let fewest = 10

    private var width: Double { canvas == .wide ? 440 : Canvas.narrowWidth }
    private let left = 70.0
    private var right: Double { width - 16 }
    private var top: Double { 50 + 16 * Double(noteLines.count) }
    /// The diagram's lower edge: its sides are equal, so that the diagonal has 45 degrees.
    private var middle: Double { top + right - left }
    private var bottom: Double { middle + 86 }
    private var noteLines: [String] { notes.flatMap { Lettering.wrapped($0, to: width - 40, size: Lettering.small) } }

    package func picture(id: String) -> Picture {
        guard reliability.sampleCount > 0 else {
            return Picture(
                id: id, title: title, summary: "An empty chart: \(Self.absence).", width: width, height: 150,
                content: [
                    Lettering.heading(title, width: width),
                    Lettering.text(
                        Self.absence, x: width / 2, y: 90, anchor: .middle, size: 16, ink: .quiet, name: "note"),
                ])
        }
        let noteTexts = noteLines.enumerated().map { index, note in
            Lettering.text(note, x: 20, y: 46 + 16 * Double(index), size: Lettering.small, ink: .quiet, name: "note")
        }
        return Picture(
            id: id, title: title, summary: summary, width: width, height: bottom + 50,
            content: [Lettering.heading(title, width: width)] + noteTexts + diagram + histogram)
    }

    private static let absence = "no sample has been predicted"
    private static let unit = LinearScale(0...1, count: 5)

    private var diagram: [Markup] {
        let frame = PlotFrame(
            left: left, right: right, top: top, bottom: middle, horizontal: Self.unit, vertical: Self.unit)
        let diagonal = Stroke.line(
            from: (frame.x(0), frame.y(0)), to: (frame.x(1), frame.y(1)), ink: .quiet, width: 1.5, dash: .dashed,
            name: "diagonal")
        var (gaps, dots): ([Markup], [Markup]) = ([], [])
        for (index, bin) in reliability.bins.enumerated() {
            guard let confidence = bin.meanConfidence, let accuracy = bin.accuracy else { continue }
            let (x, y) = (frame.x(confidence), frame.y(accuracy))
            gaps.append(Stroke.line(from: (x, frame.y(confidence)), to: (x, y), ink: .gap, width: 2.5, name: "gap"))
            dots.append(
                Marker.mark(
                    .circle, x: x, y: y, radius: 4.5, ink: .reliability, filled: bin.count >= Self.fewest, name: "bin",
                    title: words(index)))
        }
        return frame.axes(horizontal: nil, vertical: "fraction right") + [diagonal] + gaps + dots
    }

    private var histogram: [Markup] {
        let most = reliability.bins.map(\.count).max() ?? 0
        let frame = PlotFrame(
            left: left, right: right, top: middle + 20, bottom: bottom, horizontal: Self.unit,
            vertical: LinearScale(0...Double(most), count: 2, whole: true))
        let bars = reliability.bins.indices.filter { reliability.bins[$0].count > 0 }.map { index -> Markup in
            let range = reliability.range(index)
            let (start, end) = (frame.x(range.lowerBound) + 1, frame.x(range.upperBound) - 1)
            // One sample among thousands is seen as well.
            let height = max(1.5, frame.bottom - frame.y(Double(reliability.bins[index].count)))
            return .tag(
                "rect",
                [
                    "x": start, "y": frame.bottom - height, "width": end - start, "height": height,
                    "fill": Ink.reliability.color, "class": "fill-\(Ink.reliability.rawValue) samples",
                ], [.tag("title", text: words(index))])
        }
        return frame.axes(horizontal: "confidence (of the predicted class)", vertical: "samples") + bars
    }

    // MARK: Words

    private func words(_ index: Int) -> String {
        let bin = reliability.bins[index]
        let means = [bin.meanConfidence, bin.accuracy].map { $0.map(Numeral.metric) ?? "" }
        return "confidence \(Numeral.edges(reliability.range(index))): \(Numeral.count(bin.count, "sample")), "
            + "mean confidence \(means[0]), \(means[1]) right"
    }

    private var notes: [String] {
        var error = "expected calibration error \(Numeral.metric(reliability.error))"
        if let calibrated = reliability.calibrated {
            error +=
                "; with the validation part's temperature, \(Numeral.metric(calibrated.temperature)), it is "
                + Numeral.metric(calibrated.error)
        }
        let hasFew = reliability.bins.contains { 1..<Self.fewest ~= $0.count }
        let rings = hasFew ? "; rings: fewer than \(Self.fewest) samples" : ""
        return [error, "dots: bins of predictions; dashed: as sure as right; lines: the gap\(rings)"]
    }

    private var summary: String {
        let (confidence, accuracy) = (reliability.meanConfidence, reliability.accuracy)
        let tendency = confidence > accuracy ? "surer than right" : "less sure than right"
        return "\(Numeral.count(reliability.sampleCount, "sample")): mean confidence \(Numeral.metric(confidence)), "
            + "accuracy \(Numeral.metric(accuracy)), so the model is \(tendency). \(notes[0].capitalizedFirst)."
    }
}
