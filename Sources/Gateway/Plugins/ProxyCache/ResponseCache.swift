internal import Bytes
internal import HTTPServer
internal import Synchronization
internal import System

/// The answers that `proxy-cache` keeps, for all loops and all its configurations; the longest unused go first.
package final class ResponseCache: Sendable {
    /// One answer.
    package final class Entry: Sendable {
        package let status: Int
        let fields: FieldList
        package let body: [UInt8]
        /// Seconds since 1970 when it came.
        package let timestamp: Int
        /// Seconds that it is fresh.
        package let timeToLive: Int
        /// When it is not stored any more.
        let expiresAt: Int

        init(status: Int, fields: FieldList, body: [UInt8], timestamp: Int, timeToLive: Int, expiresAt: Int) {
            self.status = status
            self.fields = fields
            self.body = body
            self.timestamp = timestamp
            self.timeToLive = timeToLive
            self.expiresAt = expiresAt
        }

        /// Its header fields.
        package var headers: [(name: String, value: String)] {
            let fields = fields
            return (0..<fields.count).map { (fields.name($0).string, fields.value($0).string) }
        }
    }

    private struct Key: Hashable {
        let dictionary: String
        let key: String
    }

    /// Bytes of all entries.
    package let capacity: Int
    // Held for a few steps only: what is kept is a reference.
    private let entries: Mutex<LeastRecentlyUsed<Key, Entry>>
    private let clock: @Sendable () -> Int

    /// - Parameter clock: Seconds since 1970.
    package init(
        capacity: Int = 128 << 20, clock: @escaping @Sendable () -> Int = { Int(WallClock.milliseconds / 1000) }
    ) {
        self.capacity = capacity
        self.clock = clock
        entries = Mutex(LeastRecentlyUsed(capacity: capacity))
    }

    /// Bytes that one body may have.
    var largestBody: Int { capacity / 16 }

    var now: Int { clock() }

    var count: Int { entries.withLock { $0.count } }

    /// The entry, if it is still stored; it then counts as used.
    package func find(_ key: String, in dictionary: String) -> Entry? {
        let now = now
        let key = Key(dictionary: dictionary, key: key)
        return entries.withLock { entries -> Entry? in
            guard let entry = entries.find(key) else { return nil }
            if entry.expiresAt > now { return entry }
            entries.remove(key)
            return nil
        }
    }

    func store(_ entry: Entry, as key: String, in dictionary: String) {
        let key = Key(dictionary: dictionary, key: key)
        // What it takes besides its bytes, roughly.
        let size = entry.body.count + entry.fields.byteCount + 512
        entries.withLock { $0.insert(entry, for: key, size: size) }
    }

    /// Whether it was there.
    package func remove(_ key: String, in dictionary: String) -> Bool {
        entries.withLock { $0.remove(Key(dictionary: dictionary, key: key)) }
    }

    package func removeAll() { entries.withLock { $0 = LeastRecentlyUsed(capacity: capacity) } }
}
