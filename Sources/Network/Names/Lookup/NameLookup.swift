internal import EventLoop

/// One lookup under way: its questions one after another, and who waits for it. Belongs to its loop.
final class NameLookup {
    typealias Outcome = Result<[NameAnswer.Endpoint], NameError>

    /// What a lookup needs of its resolver.
    protocol Resolver: AnyObject {
        var configuration: NameResolverConfiguration { get }
        var channel: NameChannel { get }
        var loop: EventLoop { get }
        /// Finds the addresses of a service's host.
        func findTarget(_ name: String, completion: @escaping (CachedName.Outcome, _ lifetime: UInt64) -> Void)
        /// The lookup has ended. `type` is the one that led to the answer, if it is to be the first the next time.
        func ended(_ lookup: NameLookup, _ outcome: Outcome, lifetime: UInt64, type: RecordType?)
    }

    private struct Question {
        let name: String
        let type: RecordType
    }

    let key: NameKey
    var waiters: [(port: UInt16, completion: (CachedName.Outcome, _ lifetime: UInt64) -> Void)] = []
    private(set) var hasEnded = false
    private weak var resolver: (any Resolver)?
    private var questions: ArraySlice<Question>
    /// The first cause that is not just that there is nothing.
    private var failure: NameError?
    private var deadline: LoopTimer?

    /// - Parameter types: In the order in which they are asked for.
    init(_ key: NameKey, _ types: [RecordType], _ resolver: any Resolver) {
        self.key = key
        self.resolver = resolver
        let names = Self.candidates(key.name, resolver.channel)
        // As Kong does: each type by all names before the next type.
        questions = types.flatMap { type in names.map { Question(name: $0, type: type) } }[...]
    }

    /// The names to try: what resolv.conf(5) says of `search` and `ndots`.
    static func candidates(_ name: String, _ channel: NameChannel) -> [String] {
        if name.hasSuffix(".") { return [String(name.dropLast())] }
        let extended = channel.searchDomains.map { domain in
            "\(name).\(domain.hasSuffix(".") ? String(domain.dropLast()) : domain)"
        }.filter { $0.utf8.count <= 253 }
        let dots = name.utf8.count { $0 == UInt8(ascii: ".") }
        return dots >= channel.dots ? [name] + extended : extended + [name]
    }

    func start() {
        guard let resolver else { return }
        let limit = resolver.configuration.lookupTimeout
        deadline = resolver.loop.schedule(after: limit) { [self] in
            fail(.timedOut, nil, "it took longer than \(limit) ms")
        }
        next()
    }

    /// The resolver is gone: nobody is told.
    func forget() {
        hasEnded = true
        waiters = []
        deadline?.cancel()
        deadline = nil
    }

    private func next() {
        guard let question = questions.popFirst() else {
            let nothing = NameError(.notFound, key.name, nil, "there is no such name, or it has no address")
            return end(.failure(failure ?? nothing))
        }
        ask(question.name, question, aliases: 0, lifetime: .max)
    }

    /// - Parameters:
    ///   - name: What the question's name is an alias of.
    ///   - aliases: How many there were on the way.
    ///   - lifetime: The least of theirs, in milliseconds.
    private func ask(_ name: String, _ question: Question, aliases: Int, lifetime: UInt64) {
        resolver?.channel.ask(name, question.type) { [self] reply in
            if hasEnded { return }
            switch reply {
            case .message(let bytes):
                do throws(DNSFormatError) {
                    try received(DNSMessage(bytes.span), name, question, aliases: aliases, lifetime: lifetime)
                } catch { skip(.malformed, question, error.description) }
            case .nothing: next()
            // Kong stops here, too: what is found under another type could be wrong.
            case .timedOut: fail(.timedOut, question.type, "no answer from \(servers)")
            case .refused: skip(.refused, question, "\(servers) cannot be reached or will not answer")
            case .failed(let reason): skip(.refused, question, reason)
            }
        }
    }

    private var servers: String {
        let names = resolver?.channel.servers.map(\.description) ?? []
        return names.count > 4 ? "\(names.count) name servers" : names.joined(separator: ", ")
    }

    private func received(
        _ message: DNSMessage, _ name: String, _ question: Question, aliases: Int, lifetime: UInt64
    ) throws(DNSFormatError) {
        guard message.question == name, message.questionType == question.type else {
            throw DNSFormatError("it answers another question")
        }
        switch message.code {
        case 0, 3: break
        case 2: return skip(.refused, question, "\(servers) failed (SERVFAIL)")
        case 5: return skip(.refused, question, "\(servers) will not answer (REFUSED)")
        default: return skip(.refused, question, "\(servers) answered with code \(message.code)")
        }
        let most = NameResolverConfiguration.maximumAliases - aliases
        let found = try message.select(name, question.type, maximumAliases: most)
        let lifetime = min(lifetime, UInt64(found.timeToLive) * 1000)
        if found.records.isEmpty {
            // The end of the aliases has been asked for already if the server says what is not there.
            if found.aliases == 0 || message.code == 3 || message.hasAuthority { return next() }
            guard found.aliases < most else { throw DNSFormatError("there are too many aliases one after another") }
            return ask(found.name, question, aliases: aliases + found.aliases, lifetime: lifetime)
        }
        if question.type == .srv {
            let services = ServiceTargets(found.records, asked: found.name)
            if services.isEmpty { return next() }
            guard let resolver else { return }
            services.resolve(message, lifetime: lifetime, resolver) { [self] outcome, lifetime in
                end(outcome.mapError { named($0) }, lifetime: lifetime, type: .srv)
            }
        } else {
            let endpoints = found.records.compactMap { record -> NameAnswer.Endpoint? in
                guard case .address(let address) = record.content else { return nil }
                return NameAnswer.Endpoint(address: address)
            }
            let most = NameResolverConfiguration.maximumEndpoints
            end(.success(Array(endpoints.prefix(most))), lifetime: lifetime, type: question.type)
        }
    }

    /// The cause that a service's host has no address, by the name that was asked for.
    private func named(_ error: NameError) -> NameError {
        NameError(error.kind, key.name, .srv, "its host '\(error.name)': \(error.reason)")
    }

    /// This question led to nothing that can be used; others may.
    private func skip(_ kind: NameError.Kind, _ question: Question, _ reason: String) {
        failure = failure ?? NameError(kind, key.name, question.type, reason)
        next()
    }

    func fail(_ kind: NameError.Kind, _ type: RecordType?, _ reason: String) {
        end(.failure(NameError(kind, key.name, type, reason)))
    }

    private func end(_ outcome: Outcome, lifetime: UInt64 = 0, type: RecordType? = nil) {
        if hasEnded { return }
        hasEnded = true
        deadline?.cancel()
        deadline = nil
        questions = []
        // After a failure of a type that goes before, that type is to be asked again.
        resolver?.ended(self, outcome, lifetime: lifetime, type: failure == nil ? type : nil)
    }
}
