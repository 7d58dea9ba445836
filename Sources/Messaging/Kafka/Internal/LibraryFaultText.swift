/// What librdkafka says of a broker's fault, taken apart:
/// `ssl://host:port/id: reason (after 3ms in state CONNECT, 2 identical error(s) suppressed)`.
struct LibraryFaultText: Hashable {
    /// `host:port`; empty when the text names no broker.
    private(set) var broker = ""
    private(set) var reason: String
    /// How long the connection had been in `state`, when that is said.
    private(set) var milliseconds: Int?
    private(set) var state = ""

    init(_ text: String) {
        var rest = Substring(text)
        if let end = rest.firstRange(of: ": ") {
            let name = Self.address(rest[..<end.lowerBound])
            if name.contains(":"), !name.contains(" ") {
                broker = String(name)
                rest = rest[end.upperBound...]
            }
        }
        if rest.hasSuffix(")"), let tail = rest.firstRange(of: " (after ") {
            let words = rest[tail.upperBound...].split { $0 == " " || $0 == "," || $0 == ")" }
            // "3ms", "in", "state", "CONNECT", … or "1000ms", "timeout", "#0"
            milliseconds = words.first.flatMap { Int($0.prefix { $0.isNumber }) }
            if words.count >= 4 { state = String(words[3]) }
            rest = rest[..<tail.lowerBound]
        }
        // The first letters of an HTTP answer, where Kafka has a length; the library advises to take longer ones.
        if rest.hasPrefix("Receive failed: Invalid response size \(0x4854_5450) ") {
            rest = "an HTTP server answers there, not a Kafka broker: is the port right?"
        }
        reason = String(rest)
    }

    /// A log line about a broker that hung up, if that is a fault: one that does so at once, again and again, expects
    /// another protocol; one that ends a connection it has long served is just tidy, or says more when called again.
    init?(disconnection line: String) {
        self.init(Self.withoutThread(line))
        guard !broker.isEmpty, reason.hasPrefix("Disconnected"), state != "UP" || (milliseconds ?? .max) < 500 else {
            return nil
        }
        reason = "the broker hangs up at once: does this listener expect TLS, SASL or neither? (\(reason))"
    }

    /// A log line about a request without an answer: `Timed out ProduceRequest in flight (after 1000ms, timeout #0)`.
    init?(unanswered line: String) {
        self.init(Self.withoutThread(line))
        let words = reason.split(separator: " ")
        guard !broker.isEmpty, reason.hasSuffix(" in flight"), words.count >= 3, let milliseconds else { return nil }
        reason = "no answer to a \(words[2]) within \(milliseconds) ms"
    }

    private static func withoutThread(_ line: String) -> String {
        guard line.hasPrefix("[thrd:"), let end = line.firstRange(of: "]: ") else { return line }
        return String(line[end.upperBound...])
    }

    /// `host:port` of `scheme://host:port/id`.
    private static func address(_ name: Substring) -> Substring {
        var name = name
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        if let slash = name.lastIndex(of: "/") { name = name[..<slash] }
        return name
    }
}
