import EventLoop
import Foundation
import Synchronization

@testable import Names

/// A resolver on a loop of its own, with a clock that stands still until it is moved.
final class TestResolver: Sendable {
    let loop: EventLoop
    private let group: EventLoopGroup
    private let resolver: LoopBound<NameResolver>
    private let clock = Clock()
    private let folder: URL

    /// - Parameters:
    ///   - hosts: The hosts file's text.
    ///   - options: Lines of the resolver's file; without any, no domain is searched.
    init(
        _ servers: [SocketAddress], hosts: String = "", options: String = "search .",
        _ change: (inout NameResolverConfiguration) -> Void = { _ in }
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-names-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = NameResolverConfiguration()
        configuration.servers = servers
        configuration.hostsFile = folder.appendingPathComponent("hosts").path
        configuration.resolverFile = folder.appendingPathComponent("resolv.conf").path
        configuration.order = [.last, .srv, .a, .aaaa, .cname]
        // On a busy machine nothing is to time out that is not meant to.
        configuration.timeout = 20_000
        configuration.lookupTimeout = 60_000
        try hosts.write(toFile: configuration.hostsFile, atomically: true, encoding: .utf8)
        try options.write(toFile: configuration.resolverFile, atomically: true, encoding: .utf8)
        change(&configuration)
        group = try EventLoopGroup(count: 1)
        loop = group.loops[0]
        let made = try NameResolver(loop: loop, configuration: configuration) { [clock] in clock.now }
        resolver = LoopBound(loop, made)
        group.start()
    }

    private final class Clock: Sendable {
        let time = Mutex<UInt64>(1_000_000)
        var now: UInt64 { time.withLock { $0 } }
    }

    /// Ends the loop, whatever is under way.
    func stop() {
        group.stop()
        do { try FileManager.default.removeItem(at: folder) } catch { print("left behind: \(folder.path)") }
    }

    func advance(_ milliseconds: UInt64) { clock.time.withLock { $0 += milliseconds } }
    var now: UInt64 { clock.now }

    /// Runs `work` on the loop.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (NameResolver) -> Value) async -> Value {
        await withCheckedContinuation { done in resolver.perform { done.resume(returning: work($0)) } }
    }

    /// Begins `work` on the loop, and does not wait for it.
    func begin(_ work: @escaping @Sendable (NameResolver) -> Void) { resolver.perform(work) }

    func lookup(_ name: String, port: Int = 80) async -> NameResolver.Outcome {
        await withCheckedContinuation { done in
            resolver.perform { $0.lookup(name, port: port) { done.resume(returning: $0) } }
        }
    }

    /// Waits until no question is open.
    func idle() async throws {
        let limit = Date(timeIntervalSinceNow: 60)
        while await perform({ $0.channel.openQuestions }) > 0 {
            guard Date() < limit else { throw EventLoopError("wait for the resolver", reason: "a question stays open") }
            await Task.yield()
        }
    }

    func cached(_ name: String, port: Int = 80) async -> NameResolver.Outcome? {
        await perform { $0.cached(name, port: port) }
    }

    /// Begins `count` lookups at once; what comes of them, in the order in which it comes.
    func lookup(_ names: [String], began: @escaping @Sendable () -> Void = {}) async -> [NameResolver.Outcome] {
        await withCheckedContinuation { done in
            resolver.perform { resolver in
                var outcomes: [NameResolver.Outcome] = []
                for name in names {
                    resolver.lookup(name, port: 80) { outcome in
                        outcomes.append(outcome)
                        if outcomes.count == names.count { done.resume(returning: outcomes) }
                    }
                }
                began()
            }
        }
    }
}

extension Result<NameAnswer, NameError> {
    /// The addresses, or the error's words.
    var text: [String] {
        switch self {
        case .success(let answer): answer.endpoints.map(\.address.description)
        case .failure(let error): ["\(error)"]
        }
    }

    var kind: NameError.Kind? {
        if case .failure(let error) = self { error.kind } else { nil }
    }
}
