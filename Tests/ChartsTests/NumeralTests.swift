import Charts
import Testing

struct NumeralTests {
    @Test func metricsHaveFourDigits() {
        #expect(Numeral.metric(0.123456) == "0.1235")
        #expect(Numeral.metric(.nan) == "nan")
        #expect(Numeral.metric(-.infinity) == "-inf")
    }

    @Test func anIntervalSaysHowManyPlacesCount() {
        let precision = Numeral.Precision(0.0123)
        #expect(precision.text(0.90149) == "0.901")
        #expect(precision.signed(0.0125001) == "+0.013")
        #expect(precision.signed(-0.2) == "-0.200")
        #expect(Numeral.Precision(12).text(123.4) == "123")
        #expect(Numeral.Precision(nil).text(0.51234) == "0.5123")
        #expect(Numeral.Precision(0).text(0) == "0")
    }

    @Test(arguments: [(0.0004, "p < 0.001"), (0.0123, "p = 0.012"), (0.25, "p = 0.25"), (1, "p = 1.00")])
    func pIsNeverZero(_ p: Double, _ text: String) {
        #expect(Numeral.p(p) == text)
    }
}
