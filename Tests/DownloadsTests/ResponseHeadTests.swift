import Downloads
import Testing

@Suite struct ResponseHeadTests {
    private func head(_ lines: String...) -> ResponseHead {
        var head = ResponseHead()
        for line in lines {
            head.read(line + "\r\n")
        }
        return head
    }

    @Test func aRangeThatWasAskedForIsAppended() {
        let head = head("HTTP/1.1 206 Partial Content", "Content-Range: bytes 100-199/200", "")
        #expect(head.status == 206)
        #expect(head.use(askedFrom: 100) == .append)
        #expect(head.use(askedFrom: 99) == .refuse)
    }

    @Test func headersHaveNoCase() {
        #expect(head("HTTP/2 206", "content-range:bytes 5-9/10").use(askedFrom: 5) == .append)
        #expect(head("HTTP/2 206", "content-range: bytes 5-9/*").use(askedFrom: 5) == .append)
    }

    @Test func aWholeFileReplacesWhatIsThere() {
        #expect(head("HTTP/1.1 200 OK").use(askedFrom: 100) == .restart)
        #expect(head("HTTP/1.1 206 Partial Content").use(askedFrom: 100) == .refuse)
    }

    @Test func theLastHeadCounts() {
        let head = head("HTTP/1.1 206 x", "Content-Range: bytes 7-9/10", "", "HTTP/1.1 200 OK", "")
        #expect(head.status == 200)
        #expect(head.rangeStart == nil)
    }
}
