/// One loss of all runs.
struct LossCurve {
    let name: String
    let ink: Ink
    let dash: Stroke.Dash?
    /// By run, then by epoch.
    let runs: [[Double]]

    /// The mean over all runs, for the epochs that every one of them has reached: past them the mean would jump when
    /// a run ends.
    var mean: [Double] {
        let shared = runs.map(\.count).min() ?? 0
        return (0..<shared).map { epoch in runs.reduce(0) { $0 + $1[epoch] } / Double(runs.count) }
    }

    /// What the thick line follows: the mean, or the only run.
    var main: [Double] { mean }

    /// The line's end with a finite value.
    var end: (epoch: Int, value: Double)? {
        main.lastIndex(where: \.isFinite).map { ($0 + 1, main[$0]) }
    }

    /// A curve's unbroken pieces of finite values, as (epoch, value).
    static func pieces(of values: [Double]) -> [[(epoch: Int, value: Double)]] {
        var pieces: [[(epoch: Int, value: Double)]] = []
        var piece: [(epoch: Int, value: Double)] = []
        for (index, value) in values.enumerated() {
            if value.isFinite {
                piece.append((index + 1, value))
            } else if !piece.isEmpty {
                pieces.append(piece)
                piece = []
            }
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
