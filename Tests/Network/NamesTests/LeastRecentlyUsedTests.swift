import TestRandom
import Testing

@testable import Names

@Suite("LeastRecentlyUsed")
struct LeastRecentlyUsedTests {
    @Test("the one that was not used for longest goes")
    func order() {
        var cache = LeastRecentlyUsed<String, Int>(capacity: 2)
        cache.set("a", 1)
        cache.set("b", 2)
        #expect(cache.use("a") == 1)
        cache.set("c", 3)
        #expect(cache.use("b") == nil)
        cache.set("a", 4)
        cache.set("d", 5)
        #expect(cache.use("c") == nil)
        #expect(cache.use("a") == 4)
        #expect(cache.use("d") == 5)
        #expect(cache.count == 2)
    }

    @Test("it behaves as a list that is searched, whatever the order of the calls", arguments: [1, 2, 3, 7, 50])
    func model(capacity: Int) {
        var cache = LeastRecentlyUsed<Int, Int>(capacity: capacity)
        var list: [(key: Int, value: Int)] = []
        var random = SeededGenerator(seed: UInt64(capacity))
        for step in 0..<5000 {
            let key = Int.random(in: 0..<capacity * 2, using: &random)
            let place = list.firstIndex { $0.key == key }
            if Bool.random(using: &random) {
                cache.set(key, step)
                if let place { list.remove(at: place) } else if list.count == capacity { list.removeFirst() }
                list.append((key, step))
            } else {
                #expect(cache.use(key) == place.map { list[$0].value })
                if let place { list.append(list.remove(at: place)) }
            }
            #expect(cache.count == list.count)
        }
    }
}
