import HTTPReading
import TestClient
import TestRandom
import Testing

@testable import HTTPServer

@Suite("HTTP/1.1 messages")
struct MessageTests {
    static let messages = requestLineMessages + fieldMessages + framingMessages + chunkMessages + limitMessages

    private typealias Reading = (text: [String], status: Int?, isWithinRequest: Bool)

    private func expect(
        _ pieces: [ArraySlice<UInt8>], _ message: MessageCase, _ expected: Reading, _ cut: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let reading = MessageReader.read(pieces, limits: message.limits)
        #expect(reading.requests.map(\.text) == expected.text, "\(cut)", sourceLocation: location)
        #expect(
            reading.refusal?.status == expected.status, "\(cut): \(reading.refusal?.reason ?? "")",
            sourceLocation: location)
        #expect(reading.isWithinRequest == expected.isWithinRequest, "\(cut)", sourceLocation: location)
    }

    @Test("a message is read or refused, however it was cut", arguments: messages)
    func cuts(message: MessageCase) {
        let bytes = message.bytes
        expect([bytes[...]], message, message.reading, "whole")
        expect(bytes.indices.map { bytes[$0...$0] }, message, message.reading, "byte by byte")
        var random = SeededGenerator(seed: UInt64(bytes.count))
        let places =
            bytes.count <= 400 ? Array(bytes.indices) : Array(bytes.indices.shuffled(using: &random).prefix(100))
        for place in places {
            expect([bytes[..<place], bytes[place...]], message, message.reading, "cut at \(place)")
        }
    }

    @Test("a message behind another is read as it is alone", arguments: messages)
    func pairs(message: MessageCase) throws {
        let first = MessageCase(
            name: "first", bytes: Array("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab".utf8),
            expectation: .request(
                .init(method: "PUT", target: "/1", fields: "[Host: x][Content-Length: 2]", body: "ab")))
        var expected = message.reading
        expected.text = first.reading.text + expected.text
        let bytes = first.bytes + message.bytes
        expect([bytes[...]], message, expected, "whole")
        expect(bytes.indices.map { bytes[$0...$0] }, message, expected, "byte by byte")
        for place in first.bytes.count - 5...first.bytes.count {
            expect([bytes[..<place], bytes[place...]], message, expected, "cut at \(place)")
        }
    }

    @Test("what was read whole leaves nothing to the message behind it", arguments: messages.filter(\.isAccepted))
    func neighbours(message: MessageCase) {
        for next in Self.messages where next.limits == message.limits {
            var expected = next.reading
            expected.text = message.reading.text + expected.text
            expect([(message.bytes + next.bytes)[...]], message, expected, "before \(next.name)")
        }
    }

    @Test("the server itself reads and refuses the same", arguments: [1, 7, 100_000])
    func overSockets(cut: Int) throws {
        let servers = [
            HTTPServerLimits(): try TestServer(answering: Recorder()),
            limitMessages[0].limits: try TestServer(limitMessages[0].limits, answering: Recorder()),
        ]
        let last = "DELETE /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        for message in Self.messages {
            let server = try #require(servers[message.limits])
            let client = try server.client()
            switch message.expectation {
            case .waits:
                client.sendWhatIsTaken(message.bytes, cut: cut)
                client.endWriting()
                let answer = try client.readToEnd()
                #expect(!answer.contains("HTTP/1.1 2"), "\(message.name): \(answer)")
            case .refused(let status):
                client.sendWhatIsTaken(message.bytes, cut: cut)
                let answer = try client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(message.name): \(answer)")
                #expect(answer.contains("Connection: close"), "\(message.name): \(answer)")
            case .request(let request):
                client.sendWhatIsTaken(message.bytes + Array(last.utf8), cut: cut)
                let answer = try client.readToEnd()
                #expect(answer.contains("HTTP/1.1 200 OK"), "\(message.name): \(answer)")
                #expect(request.method == "HEAD" || answer.contains(request.text), "\(message.name): \(answer)")
                #expect(answer.contains("DELETE /last") == request.stays, "\(message.name): \(answer)")
            }
        }
    }

    @Test("there are enough messages, each with a name of its own")
    func names() {
        let names = Self.messages.map(\.name)
        #expect(names.count >= 250)
        #expect(Set(names).count == names.count)
    }
}

/// Answers with what it was asked.
private final class Recorder: RequestHandler, Sendable {
    func handle(_ exchange: inout Exchange) -> Progress { .readBody(maximum: 100_000) }

    func proceed(_ exchange: inout Exchange) -> Progress {
        exchange.response.body = Array(ReadRequest(exchange.request, body: exchange.body).text.utf8)
        return .answered
    }

    func refused(_ exchange: inout Exchange, _ refusal: Refusal) {
        // As an access log does: what is known of the request can be asked for.
        let request = ReadRequest(exchange.request, body: [])
        exchange.response.body = Array("\(refusal.reason): \(request.text)".utf8)
    }

    func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome) {}
}
