internal import EventLoop

/// The hosts of an SRV answer, and their addresses.
struct ServiceTargets {
    private struct Service {
        let priority: UInt16
        let weight: UInt16
        let port: UInt16
        let target: String
    }

    /// By priority.
    private let services: [Service]

    /// - Parameter asked: The records' own name. Records that all only name it again say nothing: Kubernetes has such,
    ///   and the name's addresses are then what counts.
    init(_ records: [DNSRecord], asked: String) {
        var services: [Service] = []
        for record in records {
            guard case .service(let priority, let weight, let port, let target) = record.content,
                // RFC 2782: the root says that there is no such service.
                !target.isEmpty
            else { continue }
            services.append(Service(priority: priority, weight: weight, port: port, target: target))
        }
        if services.allSatisfy({ $0.target == asked }) { services = [] }
        self.services = Array(
            services.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
                .map(\.element).prefix(NameResolverConfiguration.maximumTargets))
    }

    var isEmpty: Bool { services.isEmpty }

    /// Collects what comes of the hosts, in any order.
    private final class Collection {
        var found: [String: [SocketAddress]] = [:]
        var failure: NameError?
        var lifetime: UInt64
        var awaited: Int
        init(lifetime: UInt64, awaited: Int) {
            self.lifetime = lifetime
            self.awaited = awaited
        }
    }

    /// Finds the addresses: those that the message brings along, or else by lookups of their own. A host that has none
    /// is left out; `completion` gets the cause of the first when none has any.
    func resolve(
        _ message: DNSMessage, lifetime: UInt64, _ resolver: any NameLookup.Resolver,
        completion: @escaping (NameLookup.Outcome, _ lifetime: UInt64) -> Void
    ) {
        let targets = Set(services.map(\.target))
        let collection = Collection(lifetime: lifetime, awaited: targets.count)
        func take() {
            collection.awaited -= 1
            if collection.awaited > 0 { return }
            let endpoints = endpoints(collection.found)
            if let failure = collection.failure, endpoints.isEmpty { return completion(.failure(failure), 0) }
            completion(.success(endpoints), collection.lifetime)
        }
        let types = resolver.configuration.types(last: nil, addressesOnly: true)
        for service in services where collection.found[service.target] == nil {
            let target = service.target
            if let (addresses, lifetime) = Self.added(message, target, types) {
                collection.lifetime = min(collection.lifetime, lifetime)
                collection.found[target] = addresses
                take()
                continue
            }
            collection.found[target] = []
            resolver.findTarget(target) { outcome, lifetime in
                switch outcome {
                case .success(let answer):
                    collection.lifetime = min(collection.lifetime, lifetime)
                    collection.found[target] = answer.endpoints.map(\.address)
                case .failure(let error): collection.failure = collection.failure ?? error
                }
                take()
            }
        }
    }

    private func endpoints(_ found: [String: [SocketAddress]]) -> [NameAnswer.Endpoint] {
        var endpoints: [NameAnswer.Endpoint] = []
        for service in services {
            for address in found[service.target] ?? [] {
                if endpoints.count == NameResolverConfiguration.maximumEndpoints { return endpoints }
                // As in Kong, port 0 leaves it to the caller.
                endpoints.append(
                    NameAnswer.Endpoint(
                        address: service.port == 0 ? address : address.with(port: service.port),
                        priority: service.priority, weight: service.weight,
                        servicePort: service.port == 0 ? nil : service.port, serviceHost: service.target))
            }
        }
        return endpoints
    }

    /// Addresses that came with the answer count for this answer alone: whoever names the host can name any address.
    private static func added(
        _ message: DNSMessage, _ target: String, _ types: [RecordType]
    ) -> (addresses: [SocketAddress], lifetime: UInt64)? {
        for type in types {
            let records = message.added(target, type)
            guard let least = records.map(\.timeToLive).min() else { continue }
            let addresses = records.compactMap { record -> SocketAddress? in
                if case .address(let address) = record.content { address } else { nil }
            }
            return (addresses, UInt64(least) * 1000)
        }
        return nil
    }
}
