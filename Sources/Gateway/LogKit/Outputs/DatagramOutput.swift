internal import Bytes
internal import System

/// Each entry as a datagram, by UDP or to a socket of this machine.
final class DatagramOutput: EntryOutput {
    private let open: () throws(SystemError) -> OutputSocket
    private let lifetime: Duration?
    private var socket: OutputSocket?
    private var openedAt = ContinuousClock.now

    private static let mostAtOnce = 256
    private static let patience = 100

    private init(lifetime: Duration?, open: @escaping () throws(SystemError) -> OutputSocket) {
        self.lifetime = lifetime
        self.open = open
    }

    /// The name is looked up again every minute.
    static func udp(_ host: String, port: Int) -> DatagramOutput {
        DatagramOutput(lifetime: .seconds(60)) { () throws(SystemError) in try OutputSocket.udp(host, port: port) }
    }

    static func local(_ path: String) -> DatagramOutput {
        DatagramOutput(lifetime: nil) { () throws(SystemError) in try OutputSocket.datagrams(to: path) }
    }

    func send(_ batch: inout EntryBatch, isFresh: Bool) throws(SystemError) -> SentEntries {
        if let lifetime, socket != nil, ContinuousClock.now - openedAt > lifetime { socket = nil }
        var result = SentEntries()
        var wasRefused = false
        while !batch.isEmpty, result.sent + result.refused < Self.mostAtOnce {
            do throws(SystemError) {
                let count = try current().send(batch.bytes.span.extracting(batch.nextEntry), waiting: Self.patience)
                if count == 0 { return result }
                result.sent += batch.advance(batch.nextEntry.count)
                wasRefused = false
            } catch {
                // By UDP that is news of an earlier datagram: this one was not sent yet.
                if error.isRefused, lifetime != nil, !wasRefused {
                    wasRefused = true
                    result.cause = error
                    continue
                }
                if error.isTooLong {
                    batch.skip()
                    result.refused += 1
                    result.cause = error
                    continue
                }
                // What was sent before must be told of first.
                if result.sent + result.refused > 0 {
                    result.cause = error
                    return result
                }
                socket = nil
                throw error
            }
        }
        return result
    }

    private func current() throws(SystemError) -> OutputSocket {
        if let socket { return socket }
        let opened = try open()
        socket = opened
        openedAt = .now
        return opened
    }

    func close() { socket = nil }
}
