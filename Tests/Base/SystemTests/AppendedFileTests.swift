import Foundation
import Testing

@testable import System

@Suite("files that are appended to")
struct AppendedFileTests {
    private static func path() -> String { NSTemporaryDirectory() + "sluice-append-\(UUID().uuidString)" }

    private static func append(_ text: String, to file: AppendedFile) throws -> Int {
        try file.append(Array(text.utf8).span, waiting: 10)
    }

    @Test("what is written goes to the end, also after somebody has cut the file short")
    func append() throws {
        let path = Self.path()
        defer { unlink(path) }
        try File.write(Array("before\n".utf8), to: path)
        let file = try AppendedFile(path)
        #expect(try Self.append("one\n", to: file) == 4)
        #expect(try File.read(path) == Array("before\none\n".utf8))
        truncate(path, 0)
        #expect(file.isCurrent)
        _ = try Self.append("two\n", to: file)
        #expect(try File.read(path) == Array("two\n".utf8))
        #expect(file.wholeBytes == nil)
    }

    @Test("a new file may be read by all and written by its owner")
    func mode() throws {
        let path = Self.path()
        defer { unlink(path) }
        _ = try AppendedFile(path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        let mask = umask(0)
        umask(mask)
        #expect(mode == 0o644 & ~Int(mask))
    }

    @Test("a rename, a deletion and a folder that is gone are noticed")
    func rotation() throws {
        let folder = Self.path()
        try File.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/log"
        let file = try AppendedFile(path)
        #expect(file.isCurrent)
        rename(path, path + ".1")
        #expect(!file.isCurrent)
        let next = try AppendedFile(path)
        #expect(next.isCurrent)
        unlink(path)
        #expect(!next.isCurrent)
        try FileManager.default.removeItem(atPath: folder)
        #expect(!next.isCurrent)
        let error = #expect(throws: SystemError.self) { try AppendedFile(path) }
        #expect(error?.isNotFound == true && error?.description.contains(path) == true)
    }

    @Test("a full disk is an error that says so")
    func full() throws {
        let file = try AppendedFile("/dev/full")
        let error = #expect(throws: SystemError.self) { try Self.append("x", to: file) }
        #expect(error?.isNoSpace == true)
    }

    @Test("a FIFO that nobody reads is no wait, and a full one takes nothing")
    func fifo() throws {
        let path = Self.path()
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: SystemError.self) { try AppendedFile(path) }
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let file = try AppendedFile(path)
        let whole = try #require(file.wholeBytes)
        let line = [UInt8](repeating: 0x61, count: whole)
        var sent = 0
        while case let count = try file.append(line.span, waiting: 10), count > 0 { sent += count }
        #expect(sent > 0 && sent % whole == 0)
        var buffer = [UInt8](repeating: 0, count: whole)
        #expect(read(reader, &buffer, whole) == whole)
        #expect(try file.append(line.span, waiting: 10) == whole)
    }

    @Test("a bell that rang before the wait is heard, once")
    func bell() async {
        let bell = Bell()
        bell.ring()
        #expect(bell.wait(atMost: .seconds(60)))
        #expect(!bell.wait(atMost: .milliseconds(1)))
        #expect(DetachedThread.start { bell.ring() })
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                bell.wait()
                done.resume()
            }
        }
    }
}
