import Testing

@testable import LogKit

@Suite("batches of log entries")
struct EntryBatchTests {
    private static func batch(_ texts: String...) -> EntryBatch {
        var batch = EntryBatch()
        for text in texts { batch.append(Array(text.utf8).span) }
        return batch
    }

    private static func text(_ batch: EntryBatch, _ range: Range<Int>) -> String {
        String(decoding: batch.bytes[range], as: UTF8.self)
    }

    @Test("whole entries go together up to the limit, the first one in any case")
    func limits() {
        let batch = Self.batch("aaaa\n", "bb\n", "cc\n")
        #expect(Self.text(batch, batch.next(within: nil)) == "aaaa\nbb\ncc\n")
        #expect(Self.text(batch, batch.next(within: 8)) == "aaaa\nbb\n")
        #expect(Self.text(batch, batch.next(within: 10)) == "aaaa\nbb\n")
        #expect(Self.text(batch, batch.next(within: 11)) == "aaaa\nbb\ncc\n")
        #expect(Self.text(batch, batch.next(within: 1)) == "aaaa\n")
    }

    @Test("a part of an entry is finished, or begun anew")
    func parts() {
        var batch = Self.batch("aaaa\n", "bb\n")
        #expect(batch.advance(2) == 0)
        #expect(batch.isWithinEntry && batch.count == 2)
        #expect(Self.text(batch, batch.restOfEntry) == "aa\n")
        batch.restartEntry()
        #expect(!batch.isWithinEntry)
        #expect(Self.text(batch, batch.restOfEntry) == "aaaa\n")
        #expect(batch.advance(6) == 1)
        #expect(batch.isWithinEntry && batch.count == 1)
        #expect(Self.text(batch, batch.nextEntry) == "bb\n")
        #expect(batch.advance(2) == 1)
        #expect(batch.isEmpty && batch.next(within: nil).isEmpty)
    }

    @Test("an entry can be left out, and a batch used again")
    func again() {
        var batch = Self.batch("aaaa\n", "bb\n")
        batch.skip()
        #expect(Self.text(batch, batch.next(within: nil)) == "bb\n")
        batch.removeAll()
        #expect(batch.isEmpty)
        batch.append(Array("c".utf8).span)
        #expect(Self.text(batch, batch.next(within: nil)) == "c")
    }
}
