/// Numbers of requests in the order in which they came.
struct RequestQueue {
    private var numbers: [Int] = []
    private var first = 0

    var count: Int { numbers.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ number: Int) { numbers.append(number) }

    /// Puts these before all others.
    mutating func prepend(_ more: [Int]) {
        if more.isEmpty { return }
        numbers.replaceSubrange(0..<first, with: more)
        first = 0
    }

    mutating func popFirst() -> Int? {
        guard first < numbers.count else { return nil }
        let number = numbers[first]
        first += 1
        if first == numbers.count {
            numbers.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64, first * 2 > numbers.count {
            numbers.removeFirst(first)
            first = 0
        }
        return number
    }

    mutating func remove(_ number: Int) {
        if let place = numbers[first...].firstIndex(of: number) { numbers.remove(at: place) }
    }
}
