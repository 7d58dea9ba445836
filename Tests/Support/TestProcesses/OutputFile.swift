import Foundation

/// A file that one process writes and another reads; it has no name, so that nothing is left of it.
package final class OutputFile: Sendable {
    package let descriptor: Int32

    package init() throws {
        let path = NSTemporaryDirectory() + "sluice-output-\(UUID().uuidString)"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SpawnedProcess.Failure(description: "no file for a program's output: \(errno)")
        }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// All that was written so far.
    package var text: String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // The place where the other process writes next stays as it is.
            let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
