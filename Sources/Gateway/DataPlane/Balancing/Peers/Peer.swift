internal import EventLoop
internal import GatewayModel

/// One address that requests of an upstream may go to.
final class Peer: Sendable {
    /// Who it is, whatever else of its upstream changes: an address of a target.
    struct Key: Hashable {
        let target: TargetAddress
        let address: SocketAddress

        var identity: String { "\(target.host):\(target.port) \(address)" }
    }

    let key: Key
    let weight: Int
    /// What `Host` names when it is not the client's, without a port: a name, or an address as URLs have it.
    let hostName: String
    let health: PeerHealth
    private let plainAuthority: [UInt8]
    private let secureAuthority: [UInt8]

    /// - Parameter serviceHost: The host that an SRV record names, if that is to be told.
    init(_ key: Key, weight: Int, serviceHost: String?, hostHeader: String?, health: PeerHealth) {
        self.key = key
        self.weight = weight
        self.health = health
        let hostName = hostHeader ?? serviceHost ?? key.target.host
        self.hostName = hostName
        plainAuthority = Self.authority(hostName, port: key.address.port, defaultPort: 80)
        secureAuthority = Self.authority(hostName, port: key.address.port, defaultPort: 443)
    }

    var address: SocketAddress { key.address }

    /// What `Host` says to it.
    func authority(isSecure: Bool) -> [UInt8] { isSecure ? secureAuthority : plainAuthority }

    private static func authority(_ host: String, port: Int, defaultPort: Int) -> [UInt8] {
        let afterAddress = host.hasPrefix("[") ? host.drop { $0 != "]" } : host[...]
        // The entity's own port counts.
        if port == defaultPort || afterAddress.contains(":") { return Array(host.utf8) }
        return Array("\(host):\(port)".utf8)
    }

    /// What its certificate must name.
    var serverName: String {
        if hostName.hasPrefix("[") { return String(hostName.dropFirst().prefix { $0 != "]" }) }
        return String(hostName.prefix { $0 != ":" })
    }
}
