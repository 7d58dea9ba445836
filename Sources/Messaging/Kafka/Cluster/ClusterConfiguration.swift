/// Where a Kafka cluster is and how to talk to it.
package struct ClusterConfiguration: Sendable, Hashable {
    /// `host:port`, IPv6 as `[::1]:9092`; at least one.
    package var bootstrapServers: [String]
    package var security: SecurityConfiguration
    /// What brokers see in their logs and quotas.
    package var clientID: String
    /// Milliseconds a broker may take for a connection or a request; 10…300000.
    package var socketTimeout: Int
    /// Milliseconds an unused connection is kept; 0 for ever.
    package var connectionIdle: Int

    package init(
        bootstrapServers: [String], security: SecurityConfiguration = .none, clientID: String = "sluice",
        socketTimeout: Int = 10_000, connectionIdle: Int = 0
    ) {
        self.bootstrapServers = bootstrapServers
        self.security = security
        self.clientID = clientID
        self.socketTimeout = socketTimeout
        self.connectionIdle = connectionIdle
    }
}
