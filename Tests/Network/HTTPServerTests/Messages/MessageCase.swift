import HTTPReading
import HTTPServer
import Testing

/// A message and what the server must make of it.
struct MessageCase: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable, Equatable {
        case request(ExpectedRequest)
        /// Refused with this status.
        case refused(Int)
        /// More must come.
        case waits
    }

    let name: String
    let bytes: [UInt8]
    let expectation: Expectation
    var limits = HTTPServerLimits()

    var testDescription: String { name }

    /// The reading of this message after a request was read, or before one.
    var reading: (text: [String], status: Int?, isWithinRequest: Bool) {
        switch expectation {
        case .request(let request): ([request.text], nil, false)
        case .refused(let status): ([], status, false)
        case .waits: ([], nil, true)
        }
    }

    var isAccepted: Bool { if case .request = expectation { true } else { false } }
}

/// The parts of a request that a message tells; the rest is as in most of them.
struct ExpectedRequest: Sendable, Equatable {
    var method = "GET"
    var target = "/"
    /// Without one: the target up to its first `?`.
    var path: String?
    var query = ""
    var fields = "[Host: x]"
    var body = ""
    var version = "1.1"
    var stays = true
    var expects = false

    /// As `ReadRequest.text` writes it.
    var text: String {
        let path = path ?? String(target.prefix { $0 != "?" })
        return "\(method) \(target) path=\(path) query=\(query) \(fields) body=\(body) \(version)"
            + (stays ? " stays" : " closes") + (expects ? " expects" : "")
    }
}

func accepted(_ name: String, _ text: String, _ request: ExpectedRequest) -> MessageCase {
    MessageCase(name: name, bytes: Array(text.utf8), expectation: .request(request))
}

func refused(_ name: String, _ status: Int, _ text: String) -> MessageCase {
    MessageCase(name: name, bytes: Array(text.utf8), expectation: .refused(status))
}

func waits(_ name: String, _ text: String) -> MessageCase {
    MessageCase(name: name, bytes: Array(text.utf8), expectation: .waits)
}
