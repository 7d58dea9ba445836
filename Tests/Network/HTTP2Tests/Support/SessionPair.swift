import Bytes

@testable import HTTP2

/// What a session tells about a stream, as lines; and what the stream's own side sends.
final class RecordingStream: HTTP2StreamOwner {
    private(set) var events: [String] = []
    private(set) var body: [UInt8] = []
    private(set) var closed: HTTP2ErrorCode?
    /// Of our side's body.
    var outgoing: [UInt8] = []
    var isComplete = true
    var trailers: HTTP2Fields?
    /// Takes what comes at once, so that the peer may send more.
    var consumes = true
    weak var session: HTTP2Session?
    var id: Int32 = 0

    func field(_ name: Span<UInt8>, _ value: Span<UInt8>) { events.append("\(name.string)=\(value.string)") }
    func headersEnded(endsStream: Bool) { events.append(endsStream ? "head, end" : "head") }
    func streamEnded() { events.append("end") }

    func data(_ bytes: Span<UInt8>) {
        body.append(bytes)
        if consumes { session?.consume(id, bytes.count) }
    }

    func streamClosed(_ code: HTTP2ErrorCode) {
        events.append("closed \(code.name)")
        closed = code
    }

    func nextData(into output: inout OutputSpan<UInt8>) -> HTTP2DataState {
        let count = min(output.freeCapacity, outgoing.count)
        output.append(copying: outgoing.span.extracting(0..<count))
        outgoing.removeFirst(count)
        if !outgoing.isEmpty { return .more }
        if !isComplete { return .pending }
        guard let trailers else { return .ended }
        session?.sendTrailers(id, trailers)
        return .endedBeforeTrailers
    }

    /// All that came but the body, in one line.
    var text: String { events.joined(separator: ", ") }
}

/// One side's session and what it was told.
final class Side: HTTP2SessionOwner {
    let session: HTTP2Session
    private(set) var streams: [Int32: RecordingStream] = [:]
    private(set) var settingsChanges = 0
    private(set) var lastStream: Int32?
    var refuses = false
    /// Called for a stream that the peer begins.
    var prepare: (RecordingStream) -> Void = { _ in }

    init(_ role: HTTP2Session.Role, _ configuration: HTTP2Configuration = HTTP2Configuration()) {
        session = HTTP2Session(role, configuration)
        session.owner = self
    }

    func streamBegan(_ id: Int32) -> (any HTTP2StreamOwner)? {
        if refuses { return nil }
        let stream = RecordingStream()
        hold(stream, id)
        prepare(stream)
        return stream
    }

    private func hold(_ stream: RecordingStream, _ id: Int32) {
        stream.session = session
        stream.id = id
        streams[id] = stream
    }

    func settingsChanged() { settingsChanges += 1 }
    func goingAway(lastStream: Int32) { self.lastStream = lastStream }

    /// Begins a request of a client.
    @discardableResult
    func ask(
        _ path: String = "/", body: [UInt8]? = nil, _ prepare: (RecordingStream) -> Void = { _ in }
    ) throws -> RecordingStream {
        let stream = RecordingStream()
        stream.outgoing = body ?? []
        prepare(stream)
        let head = fields([(":method", body == nil ? "GET" : "POST"), (":scheme", "http"), (":authority", "x")])
        var fields = head
        fields.append(":path", Array(path.utf8).span)
        guard let id = session.request(fields, hasBody: body != nil, owner: stream) else { throw Refused() }
        hold(stream, id)
        return stream
    }

    struct Refused: Error {}

    func answer(_ id: Int32, _ list: [(String, String)] = [(":status", "200")], body: [UInt8]? = nil) {
        streams[id]?.outgoing = body ?? []
        session.respond(id, fields(list), hasBody: body != nil)
    }

    /// What the session has to send.
    func output() -> [UInt8] {
        var bytes: [UInt8] = []
        session.output(into: &bytes, maximum: .max)
        return bytes
    }
}

func fields(_ list: [(String, String)]) -> HTTP2Fields {
    var fields = HTTP2Fields()
    for (name, value) in list { fields.append(Array(name.utf8).span, Array(value.utf8).span) }
    return fields
}

/// A client and a server whose bytes go to each other in memory, cut as the test wants.
final class SessionPair {
    let client: Side
    let server: Side
    private let cut: Int
    var now: UInt64 = 1000

    init(
        client: HTTP2Configuration = HTTP2Configuration(), server: HTTP2Configuration = HTTP2Configuration(),
        cut: Int = .max
    ) {
        self.client = Side(.client, client)
        self.server = Side(.server, server)
        self.cut = cut
    }

    /// Exchanges bytes until nobody has more to say.
    func run() {
        while true {
            let (up, down) = (client.output(), server.output())
            if up.isEmpty, down.isEmpty { return }
            deliver(up, to: server)
            deliver(down, to: client)
        }
    }

    @discardableResult
    func deliver(_ bytes: [UInt8], to side: Side) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(cut)
            rest = rest.dropFirst(piece.count)
            if !side.session.receive(piece.span, at: now) { return false }
        }
        return true
    }
}
