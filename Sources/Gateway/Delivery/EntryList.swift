/// Entries that wait, oldest first, with their bytes counted.
struct EntryList {
    private var items: [[UInt8]] = []
    private var head = 0
    private(set) var byteCount = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ entry: [UInt8]) {
        items.append(entry)
        byteCount += entry.count
    }

    /// Takes the oldest ones out.
    mutating func removeFirst(_ wanted: Int) -> [[UInt8]] {
        let end = head + min(wanted, count)
        let taken = Array(items[head..<end])
        for place in head..<end { items[place] = [] }
        head = end
        byteCount -= taken.reduce(0) { $0 + $1.count }
        // What has gone is let go of once it is the greater part: each entry is moved once at most, on average.
        if head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return taken
    }

    mutating func removeAll() {
        items = []
        head = 0
        byteCount = 0
    }
}
