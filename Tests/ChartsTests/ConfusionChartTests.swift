import Charts
import Experiments
import Studies
import Testing

struct ConfusionChartTests {
    private func parsed(_ matrix: ConfusionMatrix) throws -> ParsedXML {
        try ParsedXML.parse(ConfusionChart(title: "Confusion", matrix: matrix).picture(id: "p").file)
    }

    private func matrix(_ size: Int) -> ConfusionMatrix {
        ConfusionMatrix(
            classes: (0..<size).map { "class \($0)" }, counts: (0..<size * size).map { $0 % 7 == 3 ? 0 : $0 + 1 })
    }

    @Test(arguments: [1, 2, 3, 10, 20])
    func eachCellHasItsCountInItsPlace(_ size: Int) throws {
        let matrix = matrix(size)
        let picture = try parsed(matrix)
        let cells = picture.classed("cell")
        try #require(cells.count == size * size)
        #expect(picture.classed("count").map(\.text) == matrix.counts.map { String($0) })
        let rows = picture.classed("true-class")
        let columns = picture.classed("predicted-class")
        #expect(rows.map(\.text) == matrix.classes && columns.map(\.text) == matrix.classes)
        for (index, cell) in cells.enumerated() {
            let box = try #require(cell.named("rect").first)
            let row = rows[index / size].number("y")
            let column = columns[index % size].number("x")
            #expect(row > box.number("y") && row < box.number("y") + box.number("height"))
            #expect(column > box.number("x") && column < box.number("x") + box.number("width"))
            let words = "true class \(index / size), predicted class \(index % size): \(matrix.counts[index])"
            #expect(cell.named("title").map(\.text) == [words])
        }
    }

    @Test func shadesAreSharesOfTheRow() throws {
        // A rare class that is always right is as dark as a common one.
        let picture = try parsed(ConfusionMatrix(classes: ["a", "b", "c"], counts: [1000, 0, 0, 0, 1, 0, 0, 1, 1]))
        let fills = picture.classed("cell").map { $0.named("rect").first?.attributes["fill"] }
        #expect(fills[0] == fills[4] && fills[7] == fills[8])
        #expect(Set([fills[0], fills[1], fills[7]]).count == 3)
        let inks = picture.classed("count").map { $0.attributes["fill"] }
        #expect(inks[0] == "#ffffff" && inks[1] == "#000000")
    }

    @Test func manyClassesHaveShadesAlone() throws {
        let matrix = matrix(21)
        let picture = try parsed(matrix)
        #expect(picture.classed("count").isEmpty)
        #expect(picture.classed("cell").count == matrix.counts.count { $0 > 0 })
    }

    @Test func longNamesAreCutInThePictureAlone() throws {
        let name = String(repeating: "very long ", count: 10) + "<&>"
        let picture = try parsed(ConfusionMatrix(classes: [name, "b"], counts: [3, 1, 0, 2]))
        #expect(picture.classed("true-class").first?.text.hasSuffix("…") == true)
        #expect(picture.classed("cell").first?.named("title").first?.text == "true \(name), predicted \(name): 3")
    }

    @Test(arguments: [0, 2])
    func withoutSamplesAWordSaysSo(_ size: Int) throws {
        let matrix = ConfusionMatrix(
            classes: (0..<size).map { String($0) }, counts: [Int](repeating: 0, count: size * size))
        let picture = try parsed(matrix)
        #expect(picture.classed("note").map(\.text) == ["no sample has been predicted"])
        #expect(picture.classed("cell").isEmpty)
    }

    @Test func itSaysWhatIsConfusedMost() throws {
        let picture = try parsed(ConfusionMatrix(classes: ["cat", "dog"], counts: [6, 1, 2, 1]))
        #expect(
            picture.named("desc").first?.text == """
                10 samples of 2 classes, accuracy 0.7. Rows are true classes, columns predicted ones. Most often \
                confused: 2 of true class dog were predicted as cat.
                """)
    }
}
