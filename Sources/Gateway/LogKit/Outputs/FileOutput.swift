internal import Bytes
internal import System

/// Whole lines at the end of a file, pipe or terminal. A line of which a part is written is finished before the next.
final class FileOutput: EntryOutput {
    private let path: String
    private var file: AppendedFile?
    private var nextLook = ContinuousClock.now

    /// What a look at the path may cost is paid once a second.
    private static let lookInterval = Duration.seconds(1)
    private static let largestWrite = 1 << 20
    private static let patience = 100

    init(path: String) { self.path = path }

    func send(_ batch: inout EntryBatch, isFresh: Bool) throws(SystemError) -> SentEntries {
        let file = try current(isFresh, batch.isWithinEntry)
        let range = batch.isWithinEntry ? batch.restOfEntry : batch.next(within: file.wholeBytes ?? Self.largestWrite)
        do throws(SystemError) {
            let count = try file.append(batch.bytes.span.extracting(range), waiting: Self.patience)
            return SentEntries(sent: batch.advance(count))
        } catch {
            // A full disk may have room again: the line goes on. A file that was deleted to make some is let go, and
            // whatever else has failed is opened anew.
            if !error.isNoSpace || !file.isCurrent {
                self.file = nil
                batch.restartEntry()
            }
            throw error
        }
    }

    /// - Parameter isWithinLine: The rest of a line belongs where it was begun.
    private func current(_ isFresh: Bool, _ isWithinLine: Bool) throws(SystemError) -> AppendedFile {
        let now = ContinuousClock.now
        if let file {
            if isWithinLine || !isFresh && now < nextLook { return file }
            nextLook = now + Self.lookInterval
            if file.isCurrent { return file }
            self.file = nil
        }
        let opened = try AppendedFile(path)
        file = opened
        nextLook = now + Self.lookInterval
        return opened
    }

    func close() { file = nil }
}
