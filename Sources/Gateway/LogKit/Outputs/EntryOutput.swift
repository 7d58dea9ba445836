internal import System

/// Where log entries leave the process. Belongs to the thread of an `EntryWriter`.
protocol EntryOutput: AnyObject {
    /// Sends entries from the start of the batch, and returns after some progress, or after a tenth of a second without
    /// any.
    ///
    /// - Parameter isFresh: What is open is to be compared with what it is called by: a file may have been rotated.
    /// - Returns: The entries that are wholly sent now, and those that can never be.
    func send(_ batch: inout EntryBatch, isFresh: Bool) throws(SystemError) -> SentEntries
    /// How long it may be without an entry before `rest` is called; nil: for ever.
    var idleLimit: Duration? { get }
    /// Nothing came for that long.
    func rest()
    /// The last call: nothing comes any more.
    func close()
}

extension EntryOutput {
    var idleLimit: Duration? { nil }
    func rest() {}
    func close() {}
}

/// What became of entries.
struct SentEntries {
    var sent = 0
    /// Given up, with the cause of the last one.
    var refused = 0
    var cause: SystemError?
}

/// What log entries are sent to; one writer each, whoever logs there.
package enum LogDestination: Hashable, Sendable, CustomStringConvertible {
    case file(String)
    case tcp(TCPOutput.Peer)
    case udp(host: String, port: Int)
    /// The system's log, by the path of its socket.
    case syslog(String)

    package var description: String {
        switch self {
        case .file(let path), .syslog(let path): path
        case .tcp(let peer): "\(peer.tls == nil ? "tcp" : "tls")://\(Self.address(peer.host, peer.port))"
        case .udp(let host, let port): "udp://\(Self.address(host, port))"
        }
    }

    private static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
