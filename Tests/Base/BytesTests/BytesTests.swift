import Bytes
import Testing

@Suite("Bytes")
struct BytesTests {
    @Test(
        "numbers are written in decimal, the extremes included",
        arguments: [0, 7, 10, 99, 100, 101, 999, 1_000, 4_096, 10_007, -1, -10, Int.max, Int.min])
    func decimal(value: Int) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value)
        #expect(String(decoding: bytes, as: UTF8.self) == String(value))
    }

    @Test("letters of ASCII alone are put in lower case")
    func lowercasing() {
        for byte in UInt8.min...UInt8.max {
            let piece = [UInt8](repeating: byte, count: 17)
            var bytes: [UInt8] = [1]
            bytes.append(addingCapacity: piece.count) { $0.append(lowercasing: piece.span) }
            let expected = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
            #expect(bytes == [1] + [UInt8](repeating: expected, count: 17))
        }
    }

    @Test("copies are appended whole, however much is there already", arguments: [0, 1, 7, 64, 5_000])
    func appended(count: Int) {
        let piece = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var bytes: [UInt8] = [1]
        bytes.append(piece.span)
        let before = bytes
        bytes.append("" as StaticString)
        bytes.append("text" as StaticString)
        bytes.append(piece.span)
        #expect(before == [1] + piece)
        #expect(bytes == [1] + piece + Array("text".utf8) + piece)
    }

    @Test("control characters are found wherever they stand, and the tab is none")
    func control() {
        for byte in UInt8.min...UInt8.max {
            for count in [1, 16, 33] {
                for place in [0, count / 2, count - 1] {
                    var bytes = [UInt8](repeating: 0x78, count: count)
                    bytes[place] = byte
                    let found = bytes.span.hasControl
                    #expect(found == (byte < 0x20 && byte != 9 || byte == 0x7f), "\(byte) at \(place) of \(count)")
                }
            }
        }
        let nothing: [UInt8] = []
        let found = nothing.span.hasControl
        #expect(!found)
    }

    @Test("names compare without case, and only letters fold")
    func ignoringCase() {
        let name: [UInt8] = Array("Content-Length".utf8)
        let same = name.span.equalsIgnoringCase("content-length")
        let shorter = name.span.equalsIgnoringCase("content-lengt")
        #expect(same && !shorter)
        // '[' and '{' differ by the case bit but are no letters.
        let bracket: [UInt8] = Array("[".utf8)
        let folded = bracket.span.equalsIgnoringCase("{")
        #expect(!folded)
    }

    @Test("surrounding blanks are trimmed, inner ones kept")
    func trimmed() {
        let text: [UInt8] = Array(" \ta b\t ".utf8)
        let trimmed = text.span.trimmed().string
        #expect(trimmed == "a b")
    }
}
