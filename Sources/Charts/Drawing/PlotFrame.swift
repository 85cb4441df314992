/// The area between a plot's axes, with its scales.
struct PlotFrame {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let horizontal: any Scale
    let vertical: any Scale

    func x(_ value: Double) -> Double { horizontal.position(value, from: left, to: right) }
    func y(_ value: Double) -> Double { vertical.position(value, from: bottom, to: top) }

    /// Grid lines, marks and the axes' names.
    ///
    /// - Parameter name: nil where another plot below has the same axis.
    func axes(horizontal name: String?, vertical verticalName: String) -> [Markup] {
        var pieces: [Markup] = []
        for tick in vertical.ticks {
            let y = y(tick.value)
            pieces.append(Stroke.line(from: (left, y), to: (right, y), ink: .grid))
            pieces.append(
                Lettering.text(
                    tick.label, x: left - 8, y: y + 4, anchor: .end, size: Lettering.small, ink: .quiet, name: "y-tick")
            )
        }
        for tick in horizontal.ticks {
            let x = x(tick.value)
            pieces.append(Stroke.line(from: (x, bottom), to: (x, bottom + 5), ink: .quiet))
            guard name != nil else { continue }
            pieces.append(
                Lettering.text(
                    tick.label, x: x, y: bottom + 19, anchor: .middle, size: Lettering.small, ink: .quiet,
                    name: "x-tick"))
        }
        pieces.append(Stroke.line(from: (left, bottom), to: (right, bottom), ink: .quiet))
        if let name {
            pieces.append(Lettering.text(name, x: (left + right) / 2, y: bottom + 38, anchor: .middle, ink: .quiet))
        }
        let middle = (top + bottom) / 2
        pieces.append(Lettering.text(verticalName, x: 18, y: middle, anchor: .middle, ink: .quiet, turned: -90))
        return pieces
    }
}
