internal import EventLoop
internal import GatewayModel
internal import Names

/// What is known of where a target's name leads.
enum TargetAddresses: Sendable, Equatable {
    /// Its name is being looked up for the first time.
    case unknown
    /// It leads nowhere.
    case none
    case known([NameAnswer.Endpoint])

    /// Of a target that is an address itself; nil for a name.
    init?(of target: TargetAddress) {
        guard !target.isName else { return nil }
        let host = target.host.hasPrefix("[") ? String(target.host.dropFirst().dropLast()) : target.host
        do throws(EventLoopError) {
            self = .known([NameAnswer.Endpoint(address: try SocketAddress(host: host, port: target.port))])
        } catch { self = .none }
    }

    /// Of the endpoints those of the first priority count, each once. In an order of their own, so that a name server's
    /// turns change nothing.
    init(_ answer: NameAnswer) {
        let first = answer.endpoints.map(\.priority).min()
        var seen: Set<SocketAddress> = []
        let endpoints = answer.endpoints.filter { $0.priority == first && seen.insert($0.address).inserted }
        self =
            endpoints.isEmpty
            ? .none : .known(endpoints.sorted { $0.address.description < $1.address.description })
    }

    var endpoints: [NameAnswer.Endpoint] {
        if case .known(let endpoints) = self { endpoints } else { [] }
    }

    /// The kind of record that they come from.
    var record: String {
        guard let first = endpoints.first else { return "unknown" }
        return first.serviceHost != nil ? "SRV" : first.address.isIPv6 ? "AAAA" : "A"
    }
}
