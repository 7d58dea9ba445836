/// Ids in ascending order, in chunks: adding one to a hundred thousand moves and copies a chunk, not the whole.
struct SortedIDs: Sendable, Sequence {
    private var chunks: [[String]] = []
    private static let chunkSize = 512

    private(set) var count = 0

    /// False when it was there already.
    @discardableResult
    mutating func insert(_ id: String) -> Bool {
        guard let last = chunks.last?.last else {
            chunks = [[id]]
            count = 1
            return true
        }
        let chunk = last < id ? chunks.count - 1 : firstChunk { $0 >= id }
        let place = Self.firstIndex(in: chunks[chunk]) { $0 >= id }
        if place < chunks[chunk].count, chunks[chunk][place] == id { return false }
        chunks[chunk].insert(id, at: place)
        count += 1
        if chunks[chunk].count > Self.chunkSize {
            // What comes in order fills chunks whole.
            let keep = place == Self.chunkSize ? Self.chunkSize : Self.chunkSize / 2
            let rest = Array(chunks[chunk][keep...])
            chunks[chunk].removeSubrange(keep...)
            chunks.insert(rest, at: chunk + 1)
        }
        return true
    }

    mutating func remove(_ id: String) {
        let chunk = firstChunk { $0 >= id }
        guard chunk < chunks.count else { return }
        let place = Self.firstIndex(in: chunks[chunk]) { $0 >= id }
        guard chunks[chunk][place] == id else { return }
        chunks[chunk].remove(at: place)
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
        count -= 1
    }

    /// Those after `id`, or all.
    func after(_ id: String?) -> some Sequence<String> {
        guard let id else { return Iterator(chunks: chunks, chunk: 0, place: 0) }
        let chunk = firstChunk { $0 > id }
        let place = chunk < chunks.count ? Self.firstIndex(in: chunks[chunk]) { $0 > id } : 0
        return Iterator(chunks: chunks, chunk: chunk, place: place)
    }

    func makeIterator() -> Iterator { Iterator(chunks: chunks, chunk: 0, place: 0) }

    struct Iterator: IteratorProtocol, Sequence {
        fileprivate let chunks: [[String]]
        fileprivate var chunk: Int
        fileprivate var place: Int

        mutating func next() -> String? {
            while chunk < chunks.count {
                if place < chunks[chunk].count {
                    defer { place += 1 }
                    return chunks[chunk][place]
                }
                chunk += 1
                place = 0
            }
            return nil
        }
    }

    /// The first chunk whose last id passes; the number of chunks when none does.
    private func firstChunk(_ passes: (String) -> Bool) -> Int {
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = (low + high) / 2
            if let last = chunks[middle].last, !passes(last) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func firstIndex(in chunk: [String], _ passes: (String) -> Bool) -> Int {
        var (low, high) = (0, chunk.count)
        while low < high {
            let middle = (low + high) / 2
            if passes(chunk[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
