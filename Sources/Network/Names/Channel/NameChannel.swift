internal import CCares
internal import EventLoop

/// c-ares on a loop: its sockets, its time-outs and its questions. Belongs to its loop.
///
/// c-ares is never called from within one of its callbacks: they note what has come, which is told after.
final class NameChannel {
    /// A question that c-ares holds until it calls back.
    private final class Question {
        weak var channel: NameChannel?
        let told: (NameReply) -> Void

        init(_ channel: NameChannel, _ told: @escaping (NameReply) -> Void) {
            self.channel = channel
            self.told = told
        }
    }

    /// In the order in which they are asked.
    let servers: [SocketAddress]
    /// Domains that short names are tried in.
    let searchDomains: [String]
    /// Names with at least so many dots are tried as they are first.
    let dots: Int
    /// Questions that c-ares has not answered yet.
    private(set) var openQuestions = 0

    private let loop: EventLoop
    private let timeout: UInt64
    private var channel: ares_channel?
    private var watches: [Int32: DescriptorWatch] = [:]
    private var timer: (due: UInt64, LoopTimer)?
    private var answered: [(Question, NameReply)] = []
    private var isTelling = false

    /// Reads files with blocking calls.
    init(loop: EventLoop, _ configuration: NameResolverConfiguration) throws(EventLoopError) {
        let file = try ResolverFile.read(configuration.resolverFile)
        self.loop = loop
        timeout = min(max(configuration.timeout ?? file.timeout.map { $0 * 1000 } ?? 2000, 1), 60_000)
        let setup = try NameChannelSetup(
            configuration, timeout: timeout, attempts: configuration.attempts ?? file.attempts ?? 3)
        servers = setup.servers
        searchDomains = setup.searchDomains
        dots = setup.dots
        channel = try setup.open(
            told: { context, descriptor, readable, writable in
                var events: DescriptorWatch.Events = []
                if readable != 0 { events.insert(.readable) }
                if writable != 0 { events.insert(.writable) }
                Unmanaged<NameChannel>.fromOpaque(context!).takeUnretainedValue().watch(descriptor, events)
            }, context: Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { close() }

    /// Forgets all questions; nobody is told.
    func close() {
        guard let channel else { return }
        self.channel = nil
        timer?.1.cancel()
        timer = nil
        ares_destroy(channel)
        answered = []
    }

    /// Asks for records of one type. `told` is called once, never later than the tries take, and possibly before this
    /// returns; it is not called when the channel is closed before.
    func ask(_ name: String, _ type: RecordType, told: @escaping (NameReply) -> Void) {
        guard let channel else { return }
        openQuestions += 1
        let question = Question(self, told)
        let internet: Int32 = 1
        ares_query(
            channel, name, internet, Int32(type.rawValue),
            { context, status, _, bytes, count in
                let question = Unmanaged<Question>.fromOpaque(context!).takeRetainedValue()
                guard let channel = question.channel else { return }
                channel.openQuestions -= 1
                channel.answered.append((question, NameChannel.reply(status, bytes, count)))
            }, Unmanaged.passRetained(question).toOpaque())
        wake(after: timeout)
        tell()
    }

    private static func reply(_ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> NameReply {
        if let bytes, count > 0 { return .message(Array(UnsafeBufferPointer(start: bytes, count: Int(count)))) }
        switch status {
        case ARES_ETIMEOUT: return .timedOut
        case ARES_ECONNREFUSED: return .refused
        // Names under `.onion` are not asked for (RFC 7686).
        case ARES_ENOTFOUND: return .nothing
        default: return .failed(String(cString: ares_strerror(status)))
        }
    }

    // MARK: - The loop's side

    private func watch(_ descriptor: Int32, _ events: DescriptorWatch.Events) {
        do throws(EventLoopError) {
            if events.isEmpty {
                watches.removeValue(forKey: descriptor)?.cancel()
            } else if let watch = watches[descriptor] {
                try watch.change(events)
            } else {
                watches[descriptor] = try DescriptorWatch(loop: loop, descriptor: descriptor, events: events) {
                    [weak self] ready in
                    self?.process(
                        read: ready.contains(.readable) ? descriptor : -1,
                        write: ready.contains(.writable) ? descriptor : -1)
                }
            }
        } catch {
            // Unheard, its questions time out.
            watches.removeValue(forKey: descriptor)?.cancel()
        }
    }

    private func process(read: Int32, write: Int32) {
        guard let channel else { return }
        ares_process_fd(channel, read, write)
        wake(after: timeout)
        tell()
    }

    /// Looks for time-outs then, or before. What was sent just now has all of its time, so this is soon enough.
    private func wake(after milliseconds: UInt64) {
        guard openQuestions > 0, channel != nil else { return }
        let due = loop.now + milliseconds
        if let timer, timer.due <= due { return }
        timer?.1.cancel()
        timer = (due, loop.schedule(after: milliseconds) { [weak self] in self?.timePassed() })
    }

    private func timePassed() {
        timer = nil
        guard let channel else { return }
        ares_process_fd(channel, -1, -1)
        var next = timeval()
        if ares_timeout(channel, nil, &next) != nil {
            // A millisecond more: c-ares rounds down.
            wake(after: UInt64(max(0, next.tv_sec)) * 1000 + UInt64(max(0, next.tv_usec)) / 1000 + 1)
        }
        tell()
    }

    private func tell() {
        guard !isTelling else { return }
        isTelling = true
        while !answered.isEmpty {
            let batch = answered
            answered = []
            for (question, reply) in batch where channel != nil { question.told(reply) }
        }
        isTelling = false
    }
}
