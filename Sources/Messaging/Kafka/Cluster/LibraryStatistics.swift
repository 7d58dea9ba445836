internal import JSON

/// What Sluice needs of librdkafka's statistics (its STATISTICS.md).
struct LibraryStatistics: Sendable {
    struct Broker: Sendable {
        /// `host:port`.
        let name: String
        /// -1 for a bootstrap server.
        let nodeID: Int
        let state: String
        /// Microseconds it has been in that state.
        let stateAge: Int
        /// Of the time since the last statistics; nil when there were no requests.
        let roundTrip: RoundTrip?

        /// Connected, authenticated and ready for requests, and not only until the broker hangs up again.
        var isUp: Bool { state == "UP" && stateAge >= 1_000_000 }
    }

    var brokers: [Broker] = []
    /// Requests sent again, all brokers together.
    var retries = 0

    /// Statistics with very many partitions are left unread: they grow with all of them, the brokers are few.
    static let maximumBytes = 8 << 20

    init(_ document: Span<UInt8>) throws(JSONError) {
        guard document.count <= Self.maximumBytes else { return }
        guard let entries = try JSONValue.parse(document)["brokers"]?.objectValue else { return }
        for (_, entry) in entries {
            retries += entry["txretries"]?.integerValue ?? 0
            guard let name = entry["nodename"]?.stringValue, !name.isEmpty, name != ":0" else { continue }
            brokers.append(
                Broker(
                    name: name, nodeID: entry["nodeid"]?.integerValue ?? -1,
                    state: entry["state"]?.stringValue ?? "UNKNOWN", stateAge: entry["stateage"]?.integerValue ?? 0,
                    roundTrip: Self.roundTrip(entry["rtt"])))
        }
    }

    private static func roundTrip(_ window: JSONValue?) -> RoundTrip? {
        guard let window, let count = window["cnt"]?.integerValue, count > 0, let average = window["avg"]?.integerValue,
            let longest = window["p99"]?.integerValue
        else { return nil }
        return RoundTrip(average: average, longest: longest)
    }
}
