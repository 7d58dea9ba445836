import Bytes
import Testing

@Suite("places in texts")
struct TextLocationTests {
    @Test(
        "lines end by line feed, carriage return or both, and columns count characters",
        arguments: [
            ("", 0, 1, 1), ("abc", 2, 1, 3), ("a\nb", 1, 1, 2), ("a\nb", 2, 2, 1), ("a\r\nb", 3, 2, 1),
            ("a\r\nb", 2, 1, 3), ("a\rb", 2, 2, 1), ("a\r\rb", 3, 3, 1), ("ä😀x", 6, 1, 3), ("ä😀x", 2, 1, 2),
            ("ab", 99, 1, 3), ("ab\n", 99, 2, 1),
        ])
    func place(text: String, offset: Int, line: Int, column: Int) {
        #expect(
            TextLocation.list(of: [offset], in: Array(text.utf8).span) == [TextLocation(line: line, column: column)])
    }

    @Test("many places come in the order in which they were asked for")
    func order() {
        let places = TextLocation.list(of: [5, 0, 2, 5], in: Array("a\nb\nc\n".utf8).span)
        #expect(
            places.map(\.description) == [
                "line 3, column 2", "line 1, column 1", "line 2, column 1", "line 3, column 2",
            ])
        #expect(places[1] < places[2] && places[2] < places[0])
    }
}
