internal import EventLoop
internal import HTTPServer

/// Server-sent events (HTML Living Standard §9.2) that all listeners get alike: what is newest, at an interval.
package final class EventFeed: Sendable {
    /// Of one loop.
    let maximumListeners: Int
    /// Milliseconds between two events.
    let interval: UInt64
    /// The first event of a listener, and the later ones.
    let event: @Sendable (_ isFirst: Bool) -> [UInt8]

    /// - Parameter event: Gives the data of an event, one line of text such as JSON; called on a loop.
    package init(
        interval: Int, maximumListeners: Int = 32, event: @escaping @Sendable (_ isFirst: Bool) -> [UInt8]
    ) {
        self.interval = UInt64(interval)
        self.maximumListeners = maximumListeners
        self.event = event
    }
}

/// The listeners of a feed on one loop.
final class FeedListeners {
    private let feed: EventFeed
    private let loop: EventLoop
    private var listeners: [Listener] = []
    /// While there are listeners.
    private var timer: LoopTimer?
    private var isEnded = false

    init(_ feed: EventFeed, on loop: EventLoop) {
        self.feed = feed
        self.loop = loop
    }

    /// Who gives the events to a client; nil: so many listen that there is no room for another.
    func add(_ resumption: Resumption) -> (any BodySource)? {
        guard !isEnded, listeners.count < feed.maximumListeners else { return nil }
        let listener = Listener(resumption, first: Self.text(feed.event(true))) { [unowned self] in remove($0) }
        listeners.append(listener)
        if timer == nil {
            timer = loop.schedule(after: feed.interval, repeating: feed.interval) { [unowned self] in tell() }
        }
        return listener
    }

    /// Ends all streams.
    func end() {
        isEnded = true
        timer?.cancel()
        timer = nil
        for listener in listeners { listener.end() }
    }

    private func remove(_ listener: Listener) {
        listeners.removeAll { $0 === listener }
        guard listeners.isEmpty else { return }
        timer?.cancel()
        timer = nil
    }

    private func tell() {
        let event = Self.text(feed.event(false))
        for listener in listeners { listener.give(event) }
    }

    private static func text(_ data: [UInt8]) -> [UInt8] { Array("data: ".utf8) + data + Array("\n\n".utf8) }
}

/// One client of a feed. One that does not read misses events: it gets the newest when it reads again.
private final class Listener: BodySource {
    private let resumption: Resumption
    private let remove: (Listener) -> Void
    private var event: [UInt8]?
    private var isEnded = false

    init(_ resumption: Resumption, first: [UInt8], remove: @escaping (Listener) -> Void) {
        self.resumption = resumption
        self.remove = remove
        event = first
    }

    func give(_ event: [UInt8]) {
        self.event = event
        resumption.resumeBody()
    }

    func end() {
        isEnded = true
        resumption.resumeBody()
    }

    func next(into bytes: inout [UInt8]) -> SourceState {
        if let event {
            bytes += event
            self.event = nil
        }
        return isEnded ? .ended : .pending
    }

    func finished() { remove(self) }
}
