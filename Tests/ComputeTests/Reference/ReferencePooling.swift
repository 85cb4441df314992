import Architecture

/// The maximum or the mean over windows.
struct ReferencePooling: ReferenceOperation {
    let pool: Layer.Pool2d
    let takesMaximum: Bool
    let count: Int
    /// Channels, height, width.
    let input: [Int]
    let output: [Int]

    /// For every output the places of its window's values, padding left out.
    private var windows: [[Int]] {
        var windows: [[Int]] = []
        for plane in 0..<count * input[0] {
            for i in 0..<output[1] {
                for j in 0..<output[2] {
                    var places: [Int] = []
                    for k in 0..<pool.kernel {
                        for l in 0..<pool.kernel {
                            let row = i * pool.stride + k - pool.padding
                            let column = j * pool.stride + l - pool.padding
                            guard (0..<input[1]).contains(row), (0..<input[2]).contains(column) else { continue }
                            places.append((plane * input[1] + row) * input[2] + column)
                        }
                    }
                    windows.append(places)
                }
            }
        }
        return windows
    }

    /// The first of equals.
    private func maximum(_ window: [Int], _ x: [Double]) -> Int {
        window.reduce(window[0]) { x[$1] > x[$0] ? $1 : $0 }
    }

    private var area: Double { Double(pool.kernel * pool.kernel) }

    func forward(_ inputs: [[Double]]) -> [Double] {
        let x = inputs[0]
        return windows.map { window in
            takesMaximum ? x[maximum(window, x)] : window.reduce(0) { $0 + x[$1] } / area
        }
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        let x = inputs[0]
        var dx = [Double](repeating: 0, count: x.count)
        for (window, dy) in zip(windows, gradient) {
            if takesMaximum {
                dx[maximum(window, x)] += dy
            } else {
                for place in window { dx[place] += dy / area }
            }
        }
        return ReferenceGradient(inputs: [dx])
    }

    /// Several exact zeros are a ReLU's, and equal in Float too.
    func isSteady(_ inputs: [[Double]]) -> Bool {
        let x = inputs[0]
        let largest = x.reduce(0) { max($0, abs($1)) }
        return !takesMaximum
            || windows.allSatisfy { window in
                let best = maximum(window, x)
                return window.allSatisfy { place in
                    place == best || x[best] - x[place] > steadyDistance * largest || (x[best] == 0 && x[place] == 0)
                }
            }
    }
}
