internal import Bytes
internal import EventLoop

extension HTTP1Connection {
    /// Bodies up to this size are copied behind their head; larger ones are written from where they are.
    private static let copiedBody = 1 << 14

    /// Writes the complete response.
    func writeResponse() {
        let keepsAlive = mayKeepAlive
        let date = server.date(at: exchange.startedAt)
        if Self.write(&exchange, keepsAlive: keepsAlive, date: date, to: &output) == .head {
            let head = output
            output.removeAll(keepingCapacity: true)
            let body = exchange.response.body
            transport.write(head.span, body.span)
        }
        endRequest(keepsAlive: keepsAlive)
    }

    private enum Written {
        case all
        /// The body is left: it is large.
        case head
    }

    /// Apart from the connection, whose properties are then touched once each.
    private static func write(
        _ exchange: inout Exchange, keepsAlive: Bool, date: [UInt8], to output: inout [UInt8]
    ) -> Written {
        let isBodyless = isBodyless(exchange.response.status)
        let count = exchange.response.body.count
        writeHead(
            &exchange, framing: isBodyless ? .none : .length(count), keepsAlive: keepsAlive, date: date, to: &output)
        if count == 0 || isBodyless || exchange.request.isHead { return .all }
        exchange.bytesSent += count
        if count > copiedBody { return .head }
        output.append(exchange.response.body.span)
        return .all
    }

    private static func writeHead(
        _ exchange: inout Exchange, framing: HTTP1ResponseWriter.Framing, keepsAlive: Bool, date: [UInt8],
        to output: inout [UInt8]
    ) {
        let before = output.count
        HTTP1ResponseWriter.write(
            exchange.response, framing: framing, keepsAlive: keepsAlive, minorVersion: exchange.request.minorVersion,
            date: date, to: &output)
        exchange.bytesSent = output.count - before
    }

    static func isBodyless(_ status: Int) -> Bool { status == 204 || status == 304 || status < 200 }

    /// Writes the head of a response whose body comes in pieces; false when none follows.
    func writeHead(length: Int?) -> Bool {
        let isHTTP10 = exchange.request.minorVersion == 0
        let isBodyless = Self.isBodyless(exchange.response.status)
        piecesKeepAlive = mayKeepAlive && (length != nil || isBodyless || !isHTTP10)
        piecesAreChunked = length == nil && !isBodyless && !isHTTP10
        let framing: HTTP1ResponseWriter.Framing =
            isBodyless ? .none : length.map { .length($0) } ?? (piecesAreChunked ? .chunked : .close)
        let date = server.date(at: exchange.startedAt)
        Self.writeHead(&exchange, framing: framing, keepsAlive: piecesKeepAlive, date: date, to: &output)
        guard exchange.request.isHead else { return true }
        endRequest(keepsAlive: piecesKeepAlive)
        return false
    }

    /// A piece goes out with what is ready before it, uncopied unless the socket refuses it.
    func write(piece: Span<UInt8>) {
        if !piece.isEmpty { Self.write(piece, isChunked: piecesAreChunked, behind: &output, to: transport) }
    }

    private static func write(
        _ piece: Span<UInt8>, isChunked: Bool, behind output: inout [UInt8], to transport: Transport
    ) {
        if isChunked {
            output.append(String(piece.count, radix: 16))
            output.append("\r\n" as StaticString)
            transport.write(output.span, piece, lineEnd.span)
        } else {
            transport.write(output.span, piece)
        }
        output.removeAll(keepingCapacity: true)
    }

    private static let lineEnd: [UInt8] = [13, 10]

    func writeLastPiece() {
        if piecesAreChunked {
            output.append("0\r\n" as StaticString)
            if exchange.request.takesTrailers {
                HTTP1ResponseWriter.writeTrailers(exchange.response, to: &output)
            }
            output.append("\r\n" as StaticString)
        }
        endRequest(keepsAlive: piecesKeepAlive)
    }

    func writeTunnelHead() {
        piecesAreChunked = false
        let date = server.date(at: exchange.startedAt)
        Self.writeHead(&exchange, framing: .none, keepsAlive: true, date: date, to: &output)
    }
}
