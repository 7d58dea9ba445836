/// Where a target is, as upstreams' targets are written: `host:port`.
package struct TargetAddress: Sendable, Hashable {
    /// A name, an address of version 4, or one of version 6 in full and in brackets.
    package let host: String
    package let port: Int
    package let isName: Bool

    /// What a target without a port has.
    private static let defaultPort = 8000

    /// Nil for a text that is no host.
    package init?(_ text: String) {
        let parsed = HostText(text)
        guard let host = parsed.normalizedHost else { return nil }
        self.host = host
        port = parsed.port ?? Self.defaultPort
        if case .name = parsed { isName = true } else { isName = false }
    }

    /// The one way to write it; what is no host stays as it is.
    package static func normalized(_ text: String) -> String {
        TargetAddress(text).map { "\($0.host):\($0.port)" } ?? text
    }
}
