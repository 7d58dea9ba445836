package import EventLoop

/// Finds the addresses of names: numbers, the hosts file, a cache, and name servers by c-ares. One a loop, to which it
/// belongs: everything but `init` is called on its thread.
package final class NameResolver {
    package typealias Outcome = Result<NameAnswer, NameError>

    package let configuration: NameResolverConfiguration
    let loop: EventLoop
    let channel: NameChannel
    private let hosts: HostsFile
    private let clock: () -> UInt64
    private var cache: LeastRecentlyUsed<NameKey, CachedName>
    private var lookups: [ObjectIdentifier: NameLookup] = [:]
    /// The lookups that others may join.
    private var shared: [NameKey: NameLookup] = [:]
    private var isClosed = false

    /// Reads the hosts file and the resolver's file with blocking calls: for start-up, before the loop runs.
    ///
    /// - Parameter clock: Milliseconds since some moment in the past; nil: the loop's.
    package init(
        loop: EventLoop, configuration: NameResolverConfiguration = NameResolverConfiguration(),
        clock: (() -> UInt64)? = nil
    ) throws(EventLoopError) {
        guard configuration.order.contains(where: { $0 != .last && $0 != .cname }) else {
            throw EventLoopError("use the order of records", reason: "it needs at least one of SRV, A and AAAA")
        }
        self.configuration = configuration
        self.loop = loop
        self.clock = clock ?? { loop.now }
        cache = LeastRecentlyUsed(capacity: configuration.cacheSize)
        hosts = try HostsFile.read(configuration.hostsFile)
        channel = try NameChannel(loop: loop, configuration)
    }

    deinit { for lookup in lookups.values { lookup.forget() } }

    /// The name servers in use.
    package var servers: [SocketAddress] { channel.servers }

    /// What is known of a name without asking anybody: an answer, perhaps one past its time that is now asked for again
    /// in the background, or an error that still counts. Nil if name servers have to be asked.
    ///
    /// - Parameter port: For endpoints that no SRV record gives a port, 0 to 65535.
    package func cached(_ name: String, port: Int) -> Outcome? {
        guard case .known(let outcome) = known(name, port) else { return nil }
        return outcome
    }

    /// Finds the endpoints of a name. `completion` is called once: before this returns when it is `cached`, and at the
    /// latest after `lookupTimeout`; never after the loop has ended or the resolver was let go without `close`.
    package func lookup(_ name: String, port: Int, completion: @escaping (Outcome) -> Void) {
        switch known(name, port) {
        case .known(let outcome): completion(outcome)
        case .unknown(let key, let port): wait(for: key, port) { outcome, _ in completion(outcome) }
        }
    }

    /// Everybody who waits is told that the resolver is closed; nothing is looked up any more.
    package func close() {
        if isClosed { return }
        isClosed = true
        for lookup in lookups.values { lookup.fail(.closed, nil, "the resolver is closed") }
        channel.close()
    }

    // MARK: - Without asking

    private enum Knowledge {
        case known(Outcome)
        case unknown(NameKey, UInt16)
    }

    private func known(_ name: String, _ port: Int) -> Knowledge {
        guard let port = UInt16(exactly: port) else {
            return .known(.failure(NameError(.invalid, name, nil, "the port \(port) is not in 0 to 65535")))
        }
        let now = clock()
        if let outcome = find(NameKey(name: name), now)?.outcome(port: port) { return .known(outcome) }
        if let address = HostName.address(name) {
            return .known(keep([address], as: NameKey(name: name)).outcome(port: port))
        }
        do throws(NameError) {
            let key = NameKey(name: try HostName.normalized(name))
            // Written in capitals, it was not found above.
            let entry = key.name == name ? nil : find(key, now)
            if let entry = entry ?? local(key) { return .known(entry.outcome(port: port)) }
            return .unknown(key, port)
        } catch { return .known(.failure(error)) }
    }

    private func find(_ key: NameKey, _ now: UInt64) -> CachedName? {
        guard let entry = cache.use(key) else { return nil }
        if now < entry.expiry { return entry }
        guard now < entry.staleUntil else { return nil }
        refresh(key, entry, now)
        return entry
    }

    /// What the hosts file says.
    private func local(_ key: NameKey) -> CachedName? {
        let name = key.name.hasSuffix(".") ? String(key.name.dropLast()) : key.name
        let types = configuration.types(last: nil, addressesOnly: true)
        return hosts.addresses(of: name, types).map { keep($0, as: key) }
    }

    /// Keeps what never changes.
    private func keep(_ addresses: [SocketAddress], as key: NameKey) -> CachedName {
        let endpoints = addresses.map {
            NameAnswer.Endpoint(address: $0)
        }
        let entry = CachedName(
            .success(NameAnswer(endpoints: endpoints, expiry: .max)), expiry: .max, staleUntil: .max, type: nil)
        cache.set(key, entry)
        return entry
    }

    // MARK: - Asking

    private func refresh(_ key: NameKey, _ entry: CachedName, _ now: UInt64) {
        guard now >= entry.refreshAfter, shared[key] == nil, let lookup = begin(key) else { return }
        // However many lookups share nothing, one renews.
        shared[key] = lookup
        lookup.start()
    }

    private func wait(
        for key: NameKey, _ port: UInt16, completion: @escaping (Outcome, _ lifetime: UInt64) -> Void
    ) {
        func fail(_ kind: NameError.Kind, _ reason: String) {
            completion(.failure(NameError(kind, key.name, nil, reason)), 0)
        }
        if isClosed { return fail(.closed, "the resolver is closed") }
        if !configuration.noSync, let lookup = shared[key] {
            guard lookup.waiters.count < configuration.maximumWaiters else {
                return fail(.overloaded, "\(configuration.maximumWaiters) callers wait for it already")
            }
            return lookup.waiters.append((port, completion))
        }
        guard let lookup = begin(key) else {
            return fail(.overloaded, "\(configuration.maximumLookups) names are being looked up already")
        }
        if !configuration.noSync { shared[key] = lookup }
        lookup.waiters.append((port, completion))
        lookup.start()
    }

    /// A lookup that is to be started; nil if there are too many. Hosts of services have room of their own, so that
    /// lookups do not wait for each other.
    private func begin(_ key: NameKey) -> NameLookup? {
        let most = key.addressesOnly ? configuration.maximumLookups * 2 : configuration.maximumLookups
        guard !isClosed, max(lookups.count, channel.openQuestions) < most else { return nil }
        let types = configuration.types(last: cache.use(key)?.type, addressesOnly: key.addressesOnly)
        let lookup = NameLookup(key, types, self)
        lookups[ObjectIdentifier(lookup)] = lookup
        return lookup
    }
}

extension NameResolver: NameLookup.Resolver {
    func findTarget(_ name: String, completion: @escaping (Outcome, _ lifetime: UInt64) -> Void) {
        let now = clock()
        let key = NameKey(name: name + ".", addressesOnly: true)
        let number = HostName.address(name).map { keep([$0], as: key) }
        if let entry = number ?? find(key, now) ?? local(key) {
            return completion(entry.outcome, entry.expiry > now ? entry.expiry - now : 0)
        }
        wait(for: key, 0, completion: completion)
    }

    func ended(_ lookup: NameLookup, _ outcome: NameLookup.Outcome, lifetime: UInt64, type: RecordType?) {
        lookups[ObjectIdentifier(lookup)] = nil
        if shared[lookup.key] === lookup { shared[lookup.key] = nil }
        let now = clock()
        let lifetime = configuration.validTTL ?? min(lifetime, NameResolverConfiguration.maximumTTL)
        let entry = entry(outcome, now, lifetime: lifetime, type)
        keep(entry, as: lookup.key, now)
        for waiter in lookup.waiters { waiter.completion(entry.outcome(port: waiter.port), lifetime) }
        lookup.waiters = []
    }

    private func entry(
        _ outcome: NameLookup.Outcome, _ now: UInt64, lifetime: UInt64, _ type: RecordType?
    ) -> CachedName {
        switch outcome {
        case .success(let endpoints):
            let expiry = Self.later(now, lifetime)
            return CachedName(
                .success(NameAnswer(endpoints: endpoints, expiry: expiry)), expiry: expiry,
                staleUntil: Self.later(expiry, configuration.staleTTL), type: type)
        case .failure(let error):
            let lifetime = error.kind == .notFound ? configuration.notFoundTTL : configuration.errorTTL
            let expiry = Self.later(now, lifetime)
            return CachedName(.failure(error), expiry: expiry, staleUntil: expiry, type: nil)
        }
    }

    private static func later(_ moment: UInt64, _ time: UInt64) -> UInt64 {
        let (sum, overflows) = moment.addingReportingOverflow(time)
        return overflows ? .max : sum
    }

    private func keep(_ entry: CachedName, as key: NameKey, _ now: UInt64) {
        if case .failure(let error) = entry.outcome {
            // They say nothing of the name.
            if error.kind == .overloaded || error.kind == .closed { return }
            // An answer that was good is better than none, while name servers fail.
            if error.kind != .notFound, let old = cache.use(key), case .success = old.outcome, now < old.staleUntil {
                old.refreshAfter = entry.expiry
                return
            }
        }
        cache.set(key, entry)
    }
}
