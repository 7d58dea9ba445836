import Foundation
import Synchronization

/// A server on a port of this machine whose every connection is played by a script, on a thread of its own.
package final class ScriptedUpstream: Sendable {
    package let port: Int
    private let listener: Int32
    private let taken = Mutex<[String]>([])
    private let count = Mutex(0)
    /// Keeps the port of a server that has stopped; -1: none.
    private let holder = Mutex<Int32>(-1)

    /// - Parameters:
    ///   - lastByte: Of its address, 127.0.0.x.
    ///   - port: 0 for a free one.
    ///   - script: Gets each connection with its number, from 1; the connection closes when it returns.
    package init(
        lastByte: UInt32 = 1, port wanted: Int = 0, _ script: @escaping @Sendable (Connection, Int) throws -> Void
    ) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = (0x7f00_0000 | lastByte).bigEndian
        address.sin_port = UInt16(wanted).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 100) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw RawClient.Failure("cannot listen", code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                if accepted < 0 { return }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                Thread.detachNewThread { [self] in
                    let connection = Connection(accepted, self)
                    // A script that fails has lost its client, which the test sees.
                    try? script(connection, number)
                    connection.close()
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        holder.withLock { if $0 >= 0 { close($0) } }
    }

    /// Heads and bodies of the requests that came, in their order.
    package var requests: [String] { taken.withLock { $0 } }
    /// Connections that were accepted.
    package var connections: Int { count.withLock { $0 } }

    /// Stops listening: further connections are refused.
    package func stop() {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &size) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        // The port stays taken, so that no other test's server comes to listen there.
        holder.withLock { holder in
            holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var yes: Int32 = 1
            setsockopt(holder, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            let descriptor = holder
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = bind(descriptor, $0, size) }
            }
        }
    }

    fileprivate func note(_ request: String) { taken.withLock { $0.append(request) } }

    package final class Connection {
        private let descriptor: Int32
        private let server: ScriptedUpstream
        private var unread: [UInt8] = []
        private var isClosed = false

        fileprivate init(_ descriptor: Int32, _ server: ScriptedUpstream) {
            self.descriptor = descriptor
            self.server = server
        }

        /// The next request with its body, whole; nil when the client has closed.
        package func request() throws -> String? {
            while true {
                if let length = Self.length(of: unread) {
                    let request = String(decoding: unread[..<length], as: UTF8.self)
                    unread.removeFirst(length)
                    server.note(request)
                    return request
                }
                guard try receive() else { return nil }
            }
        }

        /// The head of the next request, as soon as it is there.
        package func head() throws -> String? {
            while true {
                let text = String(decoding: unread, as: UTF8.self)
                if let end = text.range(of: "\r\n\r\n") {
                    let head = String(text[..<end.upperBound])
                    unread.removeFirst(head.utf8.count)
                    server.note(head)
                    return head
                }
                guard try receive() else { return nil }
            }
        }

        /// What comes next, whatever it is; nil when the client has closed.
        package func read() throws -> String? {
            if unread.isEmpty, try !receive() { return nil }
            defer { unread = [] }
            return String(decoding: unread, as: UTF8.self)
        }

        /// Reads until the text has come.
        package func readUntil(_ text: String) throws -> String {
            var all = ""
            while !all.contains(text) {
                guard let more = try read() else { throw RawClient.Failure("closed after: \(all)") }
                all += more
            }
            return all
        }

        private static func length(of bytes: [UInt8]) -> Int? {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { return nil }
            let head = text[..<end.upperBound]
            let lowercased = head.lowercased()
            if lowercased.contains("transfer-encoding: chunked") {
                guard let last = text.range(of: "0\r\n\r\n", range: end.upperBound..<text.endIndex) else { return nil }
                return text[..<last.upperBound].utf8.count
            }
            var length = 0
            for line in lowercased.components(separatedBy: "\r\n") where line.hasPrefix("content-length:") {
                length = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
            }
            let whole = head.utf8.count + length
            return bytes.count >= whole ? whole : nil
        }

        private func receive() throws -> Bool {
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return false }
            unread += buffer[..<count]
            return true
        }

        package func send(_ text: String) throws {
            let bytes = Array(text.utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw RawClient.Failure("cannot send: \(errno)") }
                sent += count
            }
        }

        /// Answers with a body of known length.
        package func answer(_ body: String, status: String = "200 OK", fields: String = "") throws {
            try send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
        }

        /// Answers every request with the same until the client closes.
        package func answerAll(_ body: String, fields: String = "") throws {
            while try request() != nil { try answer(body, fields: fields) }
        }

        /// Reads nothing until the client has closed or ten seconds are over.
        package func waitForEnd() {
            var poll = pollfd(fd: descriptor, events: Int16(0x2000), revents: 0)
            _ = Foundation.poll(&poll, 1, 10_000)
        }

        package func close() {
            if isClosed { return }
            isClosed = true
            Foundation.close(descriptor)
        }

        /// Closes so that the client sees a reset.
        package func reset() {
            if isClosed { return }
            var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
            close()
        }
    }
}
