/// Values by key, of which the one that was not used for longest goes when there is no room.
struct LeastRecentlyUsed<Key: Hashable, Value> {
    private struct Slot {
        var key: Key
        var value: Value
        /// The one used before and the one used after this; -1 at the ends.
        var older: Int
        var newer: Int
    }

    let capacity: Int
    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var oldest = -1
    private var newest = -1

    /// - Parameter capacity: At least 1.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { slots.count }

    /// The value, which is then the newest.
    mutating func use(_ key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        if place != newest {
            detach(place)
            attach(place)
        }
        return slots[place].value
    }

    /// Puts a value in, as the newest.
    mutating func set(_ key: Key, _ value: Value) {
        if use(key) != nil {
            slots[newest].value = value
        } else if slots.count < capacity {
            slots.append(Slot(key: key, value: value, older: -1, newer: -1))
            places[key] = slots.count - 1
            attach(slots.count - 1)
        } else {
            let place = oldest
            detach(place)
            places[slots[place].key] = nil
            slots[place].key = key
            slots[place].value = value
            places[key] = place
            attach(place)
        }
    }

    private mutating func detach(_ place: Int) {
        let (older, newer) = (slots[place].older, slots[place].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }

    private mutating func attach(_ place: Int) {
        slots[place].older = newest
        slots[place].newer = -1
        if newest >= 0 { slots[newest].newer = place } else { oldest = place }
        newest = place
    }
}
