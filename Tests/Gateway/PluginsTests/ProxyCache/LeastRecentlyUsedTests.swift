import TestPlugins
import TestRandom
import Testing

@testable import Plugins

@Suite("what is kept until room is needed")
struct LeastRecentlyUsedTests {
    private static func keys(_ kept: inout LeastRecentlyUsed<Int, String>, _ among: Range<Int>) -> [Int] {
        // Looking uses: in the order of the keys, so that the chain stays one that can be told.
        among.filter { kept.find($0) != nil }
    }

    @Test("the longest unused go first")
    func order() {
        var kept = LeastRecentlyUsed<Int, String>(capacity: 30)
        for key in 1...3 { kept.insert("\(key)", for: key, size: 10) }
        #expect(Self.keys(&kept, 1..<2) == [1])
        kept.insert("4", for: 4, size: 10)
        #expect(Self.keys(&kept, 2..<3) == [])
        #expect(kept.size == 30)
        kept.insert("5", for: 5, size: 15)
        #expect(Self.keys(&kept, 1..<6) == [4, 5])
        #expect(kept.size == 25)
    }

    @Test("a value replaces the one that its key had")
    func replaced() {
        var kept = LeastRecentlyUsed<Int, String>(capacity: 30)
        kept.insert("a", for: 1, size: 10)
        kept.insert("b", for: 1, size: 20)
        let found = kept.find(1)
        #expect(found == "b" && kept.count == 1 && kept.size == 20)
        kept.insert("too large", for: 1, size: 31)
        #expect(kept.count == 0 && kept.size == 0)
    }

    @Test("what is taken out leaves the rest in order")
    func removed() {
        var kept = LeastRecentlyUsed<Int, String>(capacity: 40)
        for key in 1...4 { kept.insert("\(key)", for: key, size: 10) }
        let removed = [1, 4, 1].map { kept.remove($0) }
        #expect(removed == [true, true, false])
        for key in 5...6 { kept.insert("\(key)", for: key, size: 10) }
        kept.insert("7", for: 7, size: 20)
        #expect(Self.keys(&kept, 1..<8) == [5, 6, 7])
        #expect(kept.size == 40)
    }

    @Test("whatever is done, sizes add up and the bound holds")
    func random() {
        var generator = SeededGenerator(seed: 7)
        var kept = LeastRecentlyUsed<Int, Int>(capacity: 100)
        var sizes: [Int: Int] = [:]
        for step in 0..<5000 {
            let key = Int.random(in: 0..<30, using: &generator)
            switch step % 3 {
            case 0:
                let size = Int.random(in: 1...40, using: &generator)
                kept.insert(key, for: key, size: size)
                sizes[key] = size
            case 1:
                let found = kept.find(key)
                #expect(found == nil || found == key)
            default: kept.remove(key)
            }
            if step % 100 == 0 {
                let present = (0..<30).filter { kept.find($0) != nil }
                #expect(kept.count == present.count && kept.size <= 100)
                #expect(kept.size == present.reduce(0) { $0 + (sizes[$1] ?? 0) })
            }
        }
    }
}
