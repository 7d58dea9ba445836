import Bytes
import HTTPServer
import Testing

@Suite("Lists of fields")
struct FieldListTests {
    private func list(_ fields: [(String, String)]) -> FieldList {
        var list = FieldList()
        for (name, value) in fields { list.add(Array(name.utf8).span, Array(value.utf8).span) }
        return list
    }

    private func lines(_ list: FieldList) -> String {
        var output: [UInt8] = []
        list.write(to: &output)
        return output.span.string
    }

    @Test("a list that is added to another keeps its fields and their order")
    func added() {
        var all = list([("a", "1")])
        all.add(list([("B", "2"), ("c", "")]))
        all.add(FieldList())
        #expect(lines(all) == "a: 1\r\nB: 2\r\nc: \r\n")
        #expect(all.count == 3)
        let (name, value) = (all.name(1).string, all.value(1).string)
        #expect(name == "B" && value == "2")
    }

    @Test("what was removed from it does not come along")
    func removed() {
        var other = list([("a", "1"), ("gone", "2"), ("c", "3")])
        other.removeField(Array("Gone".utf8).span)
        var all = list([("x", "0")])
        all.add(other)
        #expect(lines(all) == "x: 0\r\na: 1\r\nc: 3\r\n")
        all.removeField(Array("a".utf8).span)
        #expect(lines(all) == "x: 0\r\nc: 3\r\n")
        all.removeAll()
        all.add(list([("d", "4")]))
        #expect(lines(all) == "d: 4\r\n")
    }

    @Test("no value ends its line, however long it is", arguments: [0, 1, 15, 16, 31, 100])
    func control(length: Int) {
        let long = String(repeating: "v", count: length)
        #expect(lines(list([("a", long + "\r\nb: 2\u{7f}\t.")])) == "a: \(long)  b: 2 \t.\r\n")
    }
}
