import Foundation

/// A TCP client that sends exactly the bytes it is told to.
///
/// `@unchecked Sendable`: it holds one descriptor, whose calls the system serialises.
package final class RawClient: @unchecked Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        /// The system's error number; 0 for none.
        package let code: Int32

        init(_ description: String, code: Int32 = 0) {
            self.description = code == 0 ? description : "\(description): \(code)"
            self.code = code
        }
    }

    private var descriptor: Int32

    /// - Parameter receiveBuffer: Bytes that the system takes for a client that does not read; nil: many.
    package init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure("cannot connect to port \(port)", code: errno) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { if descriptor >= 0 { close() } }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("cannot send", code: errno) }
            sent += count
        }
    }

    /// Sends the bytes in pieces of that size, until the other side takes no more.
    package func sendWhatIsTaken(_ bytes: [UInt8], cut: Int = 1 << 16) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, min(cut, $0.count - sent), Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends until the other side has taken nothing for a second; how many bytes went.
    package func sendUntilHeldBack(_ bytes: [UInt8]) throws -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    descriptor, $0.baseAddress! + sent, $0.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
            } else if errno != EAGAIN {
                throw Failure("cannot send", code: errno)
            } else if !isReady(POLLOUT, within: 1000) {
                break
            }
        }
        return sent
    }

    /// What comes within that time; nil when nothing does, empty when the other side has closed.
    package func read(within milliseconds: Int32) throws -> String? {
        try readBytes(within: milliseconds).map { String(decoding: $0, as: UTF8.self) }
    }

    package func readBytes(within milliseconds: Int32) throws -> [UInt8]? {
        isReady(POLLIN, within: milliseconds) ? try readBytes() ?? [] : nil
    }

    private func isReady(_ events: Int32, within milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Foundation.poll(&poll, 1, milliseconds) > 0
    }

    /// Reads until the text has come; what was read.
    package func readUntil(_ text: String) throws -> String {
        var all = ""
        while true {
            guard let more = try read() else { throw Failure("closed after: \(all)") }
            all += more
            // Megabytes may come before it.
            let unseen = all.utf8.suffix(more.utf8.count + text.utf8.count)
            if Substring(unseen).contains(text) { return all }
        }
    }

    /// Tells the other side that no more comes; its answer can still be read.
    package func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes as a program's end does. What has come and was not read makes a reset of it.
    package func close() {
        Foundation.close(descriptor)
        descriptor = -1
    }

    /// Closes so that the other side sees a reset.
    package func reset() {
        var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
        close()
    }

    /// Reads until the other side closes.
    package func readToEnd() throws -> String {
        var all = ""
        while let more = try read() { all += more }
        return all
    }

    private func read() throws -> String? { try readBytes().map { String(decoding: $0, as: UTF8.self) } }

    private func readBytes() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
        guard count > 0 else { throw Failure("nothing came", code: errno) }
        return Array(buffer[..<count])
    }
}
