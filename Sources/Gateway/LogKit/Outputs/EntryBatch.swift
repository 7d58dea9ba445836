internal import Bytes

/// Log entries one behind the other, and how far they have been sent.
struct EntryBatch {
    private(set) var bytes: [UInt8] = []
    /// Where each entry ends.
    private var ends: [Int] = []
    /// The first entry that is not wholly sent.
    private var first = 0
    /// The first byte that is not sent.
    private var sent = 0
    /// A batch that has held more gives its memory back.
    private static let keptBytes = 1 << 20

    /// Entries that are not wholly sent.
    var count: Int { ends.count - first }
    var isEmpty: Bool { count == 0 }
    /// Whether a part of the next entry is sent.
    var isWithinEntry: Bool { sent > start(of: first) }

    private func start(of entry: Int) -> Int { entry == 0 ? 0 : ends[entry - 1] }

    mutating func append(_ entry: Span<UInt8>) {
        bytes.append(entry)
        ends.append(bytes.count)
    }

    /// What is not sent, up to the end of the last entry that is within the limit; the next entry in any case.
    func next(within limit: Int?) -> Range<Int> {
        guard let limit, !isEmpty else { return sent..<bytes.count }
        var last = first
        while last + 1 < ends.count, ends[last + 1] - sent <= limit { last += 1 }
        return sent..<ends[last]
    }

    /// The next entry, whole.
    var nextEntry: Range<Int> { start(of: first)..<ends[first] }

    /// What is not sent of the next entry.
    var restOfEntry: Range<Int> { sent..<ends[first] }

    /// So many bytes more are sent; the number of entries that are complete by that.
    mutating func advance(_ count: Int) -> Int {
        let before = first
        sent += count
        while first < ends.count, ends[first] <= sent { first += 1 }
        return first - before
    }

    /// An entry of which a part is sent begins anew: where the part went nothing goes any more.
    mutating func restartEntry() { sent = start(of: first) }

    /// The next entry will not be sent.
    mutating func skip() {
        sent = ends[first]
        first += 1
    }

    mutating func removeAll() {
        if bytes.capacity > Self.keptBytes { self = EntryBatch() }
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        first = 0
        sent = 0
    }
}
