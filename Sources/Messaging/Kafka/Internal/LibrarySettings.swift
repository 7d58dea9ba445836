internal import CLibrdkafka

/// A configuration object of librdkafka on its way to a client, which then owns it.
struct LibrarySettings: ~Copyable {
    private var handle: OpaquePointer?

    init() { handle = rd_kafka_conf_new() }

    deinit { if let handle { rd_kafka_conf_destroy(handle) } }

    /// Sets one property. The value never appears in the error, for it may be a secret.
    func set(_ name: String, _ value: String) throws(KafkaError) {
        var text = [CChar](repeating: 0, count: 512)
        let result = rd_kafka_conf_set(handle, name, value, &text, text.count)
        guard result == RD_KAFKA_CONF_OK else {
            throw .invalid(
                result == RD_KAFKA_CONF_UNKNOWN
                    ? "librdkafka \(KafkaLibrary.version) does not know the setting \(name)"
                    : "librdkafka refuses the given value of \(name)")
        }
    }

    func set(_ name: String, _ value: Int) throws(KafkaError) { try set(name, String(value)) }
    func set(_ name: String, _ value: Bool) throws(KafkaError) { try set(name, value ? "true" : "false") }

    /// Log lines are written nowhere.
    func dropLog() { rd_kafka_conf_set_log_cb(handle, nil) }

    func deliverAsEvents(_ events: Int32) { rd_kafka_conf_set_events(handle, events) }

    /// Starts a client. It has the settings from then on.
    mutating func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        var text = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(type, handle, &text, text.count) else {
            throw .invalid(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        handle = nil
        return client
    }
}

extension LibrarySettings {
    func apply(_ cluster: ClusterConfiguration) throws(KafkaError) {
        guard !cluster.bootstrapServers.isEmpty else { throw .invalid("no bootstrap server is given") }
        for server in cluster.bootstrapServers { try Self.check(server: server) }
        try set("bootstrap.servers", cluster.bootstrapServers.joined(separator: ","))
        try set("client.id", cluster.clientID)
        try set("socket.timeout.ms", cluster.socketTimeout)
        try set("socket.connection.setup.timeout.ms", max(1_000, min(cluster.socketTimeout, 30_000)))
        try set("connections.max.idle.ms", cluster.connectionIdle)
        // A record must not wait for the acknowledgement of the packet before it.
        try set("socket.nagle.disable", true)
        try set("socket.keepalive.enable", true)
        try set("reconnect.backoff.max.ms", 2_000)
        // Log lines come as events, not on standard error.
        try set("log.queue", true)
        // A broker that hangs up says so by an error event only with this.
        try set("log.connection.close", true)
        try set("statistics.interval.ms", 2_000)
        try apply(cluster.security)
    }

    /// `host:port`; a comma or a scheme would change what librdkafka reads.
    private static func check(server: String) throws(KafkaError) {
        let bytes = Array(server.utf8)
        let colon = bytes.lastIndex(of: 0x3a)
        let port = colon.flatMap { Int(String(decoding: bytes[($0 + 1)...], as: UTF8.self)) }
        let host = colon.map { bytes[..<$0] } ?? []
        let isHost = !host.isEmpty && host.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x2c && $0 != 0x2f }
        guard isHost, let port, (1...65535).contains(port), bytes.count <= 300 else {
            throw .invalid("\"\(server)\" is no bootstrap server: expected host:port")
        }
    }
}
