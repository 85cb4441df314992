import Charts
import Testing

struct ShadeRampTests {
    @Test func inkIsReadableOnEveryShade() {
        for step in 0...1000 {
            let shade = ShadeRamp.shade(Double(step) / 1000)
            // WCAG 2.2, 1.4.3: 4.5 to 1.
            let ink = shade.ink == "#000000" ? 0.0 : 1.0
            let contrast = (max(ink, shade.luminance) + 0.05) / (min(ink, shade.luminance) + 0.05)
            #expect(contrast >= 4.5, "\(shade.hex): \(contrast)")
        }
        #expect(ShadeRamp.shade(1).ink == "#ffffff" && ShadeRamp.shade(0).ink == "#000000")
    }

    @Test func moreIsDarkerInGrey() {
        let luminances = (0...100).map { ShadeRamp.shade(Double($0) / 100).luminance }
        #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 > $1 })
        #expect(ShadeRamp.shade(-1) == ShadeRamp.shade(0) && ShadeRamp.shade(2) == ShadeRamp.shade(1))
    }
}
