import HTTPReading
import Testing

@Suite("answers of upstreams by HTTP/1.1")
struct AnswerTests {
    @Test("an answer is read or refused, however it was cut", arguments: answerCases)
    func cuts(answer: AnswerCase) {
        let bytes = Array(answer.text.utf8)
        func expect(_ pieces: [ArraySlice<UInt8>], _ cut: String) {
            let reading = AnswerReader.read(pieces, isHead: answer.isHead, limits: answer.limits)
            #expect(AnswerCase.describe(reading) == answer.expected, "\(cut): \(reading.state)")
        }
        expect([bytes[...]], "whole")
        expect(bytes.indices.map { bytes[$0...$0] }, "byte by byte")
        for place in bytes.indices.prefix(300) { expect([bytes[..<place], bytes[place...]], "cut at \(place)") }
    }

    @Test("no bytes at all break the reader", arguments: 0..<50)
    func anything(seed: UInt64) {
        var random = Random(state: seed &+ 77)
        var bytes = Array((answerCases[random.below(answerCases.count)].text).utf8)
        for _ in 0..<200 {
            if bytes.isEmpty { bytes = [0x48] }
            switch random.below(3) {
            case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
            case 1: bytes.insert(Array("\r\n:0 ,;".utf8)[random.below(7)], at: random.below(bytes.count))
            default: bytes.remove(at: random.below(bytes.count))
            }
            let whole = AnswerReader.read([bytes[...]])
            let pieces = AnswerReader.read(bytes.indices.map { bytes[$0...$0] })
            #expect(AnswerCase.describe(whole) == AnswerCase.describe(pieces), "\(bytes)")
        }
    }
}
