internal import Bytes
internal import EventLoop

extension HTTP1Connection {
    /// Bodies up to this size are copied behind their head; larger ones are written from where they are.
    private static let copiedBody = 1 << 14

    /// Writes the complete response.
    func respond() {
        let keepsAlive = mayKeepAlive
        let status = exchange.response.status
        let isBodyless = status == 204 || status == 304 || status < 200
        let count = exchange.response.body.count
        let before = output.count
        HTTP1ResponseWriter.write(
            exchange.response, framing: isBodyless ? .none : .length(count), keepsAlive: keepsAlive,
            minorVersion: exchange.request.minorVersion, date: server.date(at: exchange.startedAt), to: &output)
        exchange.bytesSent = output.count - before
        if count > 0, !isBodyless, exchange.request.method != .head {
            exchange.bytesSent += count
            if count <= Self.copiedBody {
                output.append(contentsOf: exchange.response.body)
            } else {
                let head = output
                output.removeAll(keepingCapacity: true)
                let body = exchange.response.body
                connection.write(head.span, body.span)
            }
        }
        endRequest(keepsAlive: keepsAlive)
    }

    /// Writes the head and then the body from its source.
    func respond(from source: any BodySource) {
        let length = source.contentLength
        streamKeepsAlive = mayKeepAlive && (length != nil || exchange.request.minorVersion == 1)
        streamIsChunked = length == nil && exchange.request.minorVersion == 1
        let framing: HTTP1ResponseWriter.Framing = length.map { .length($0) } ?? (streamIsChunked ? .chunked : .close)
        let before = output.count
        HTTP1ResponseWriter.write(
            exchange.response, framing: framing, keepsAlive: streamKeepsAlive,
            minorVersion: exchange.request.minorVersion, date: server.date(at: exchange.startedAt), to: &output)
        exchange.bytesSent = output.count - before
        if exchange.request.method == .head {
            source.finished()
            return endRequest(keepsAlive: streamKeepsAlive)
        }
        streamLeft = length
        phase = .streaming(source)
        pump(source)
    }

    /// Gives the client what the source has, as long as it takes it.
    func pump(_ source: any BodySource) {
        flush()
        var piece: [UInt8] = []
        while connection.queuedBytes < Self.outputBound, !connection.isClosed {
            piece.removeAll(keepingCapacity: true)
            let state = source.next(into: &piece)
            send(piece)
            switch state {
            case .ready: continue
            case .pending: return flush()
            case .failed: return fail(source)
            case .ended:
                // Less or more than was announced would be taken for the next response.
                if let left = streamLeft, left != 0 { return fail(source) }
                source.finished()
                if streamIsChunked { output.append("0\r\n\r\n" as StaticString) }
                return endRequest(keepsAlive: streamKeepsAlive)
            }
        }
    }

    /// Cuts the connection, so that the client does not take the body for whole.
    private func fail(_ source: any BodySource) {
        phase = .closed
        source.finished()
        cut()
    }

    private func send(_ piece: [UInt8]) {
        if piece.isEmpty { return }
        exchange.bytesSent += piece.count
        if let left = streamLeft { streamLeft = left - piece.count }
        if streamIsChunked {
            let digits = String(piece.count, radix: 16)
            output.append(digits)
            output.append("\r\n" as StaticString)
        }
        output.append(contentsOf: piece)
        if streamIsChunked { output.append("\r\n" as StaticString) }
        flush()
    }
}
