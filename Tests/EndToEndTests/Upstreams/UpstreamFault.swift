import Synchronization
import TestClient
import Testing

/// How far an upstream comes with its answer before it fails.
struct UpstreamFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var readsRequest = true
    /// What it sends.
    let sent: String
    /// What the client has got when it fails; nil: an answer of the gateway's own.
    var passedOn: String?

    static let all = [
        UpstreamFault(testDescription: "before it has read anything", readsRequest: false, sent: ""),
        UpstreamFault(testDescription: "before it answers", sent: ""),
        UpstreamFault(testDescription: "in the status line", sent: "HTTP/1.1 20"),
        UpstreamFault(testDescription: "between two fields", sent: "HTTP/1.1 200 OK\r\nServer: x\r\n"),
        UpstreamFault(testDescription: "in a field", sent: "HTTP/1.1 200 OK\r\nContent-Le"),
        UpstreamFault(testDescription: "after a hint", sent: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        UpstreamFault(
            testDescription: "behind the head", sent: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", passedOn: ""),
        UpstreamFault(
            testDescription: "in a body of known length", sent: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            passedOn: "abc"),
        UpstreamFault(
            testDescription: "in a chunk", sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
            passedOn: "abc"),
        UpstreamFault(
            testDescription: "between two chunks",
            sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", passedOn: "abc"),
        UpstreamFault(
            testDescription: "in the last chunk",
            sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", passedOn: "abc"),
    ]

    /// What it does then.
    enum Ending: String, CaseIterable {
        case close, reset, silence
    }

    /// An upstream that fails so on every connection until it is healed.
    func upstream(_ ending: Ending, until healing: Switch) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection, _ in
            if healing.isOn { return try connection.answerAll("well") }
            if readsRequest { _ = try connection.request() }
            try connection.send(sent)
            switch ending {
            case .close: break
            case .reset: connection.reset()
            case .silence: while try connection.read() != nil {}
            }
        }
    }
}

/// Something that happens once.
final class Switch: Sendable {
    private let state = Atomic(false)

    var isOn: Bool { state.load(ordering: .acquiring) }
    func turnOn() { state.store(true, ordering: .releasing) }
}
