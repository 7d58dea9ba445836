/// Values by keys, up to a size in all; when it is full, those go first that were longest not used.
struct LeastRecentlyUsed<Key: Hashable, Value> {
    /// A place in a chain from the newest to the oldest: each knows its neighbours, so that any can be taken out at once.
    private struct Place {
        let key: Key
        let value: Value
        let size: Int
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private(set) var size = 0
    private var indices: [Key: Int] = [:]
    private var places: [Place?] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { indices.count }

    /// The value, which then counts as used now.
    mutating func find(_ key: Key) -> Value? {
        guard let index = indices[key], let place = places[index] else { return nil }
        if index != newest {
            take(index)
            put(place.key, place.value, place.size)
        }
        return place.value
    }

    /// Replaces what the key had. What is larger than everything may be is not kept.
    mutating func insert(_ value: Value, for key: Key, size: Int) {
        remove(key)
        guard size <= capacity else { return }
        while self.size + size > capacity, let oldest { take(oldest) }
        put(key, value, size)
    }

    /// Whether it was there.
    @discardableResult
    mutating func remove(_ key: Key) -> Bool {
        guard let index = indices[key] else { return false }
        take(index)
        return true
    }

    private mutating func put(_ key: Key, _ value: Value, _ size: Int) {
        let place = Place(key: key, value: value, size: size, newer: nil, older: newest)
        let index = free.popLast() ?? places.count
        if index == places.count { places.append(place) } else { places[index] = place }
        if let newest { places[newest]?.newer = index }
        newest = index
        if oldest == nil { oldest = index }
        indices[key] = index
        self.size += size
    }

    private mutating func take(_ index: Int) {
        guard let place = places[index] else { return }
        if let newer = place.newer { places[newer]?.older = place.older } else { newest = place.older }
        if let older = place.older { places[older]?.newer = place.newer } else { oldest = place.newer }
        places[index] = nil
        free.append(index)
        indices[place.key] = nil
        size -= place.size
    }
}
