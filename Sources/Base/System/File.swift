internal import CPOSIX

/// Whole files, read and written with blocking calls: for start-up, commands and worker threads, never for an event loop.
package enum File {
    /// The bytes of the file at `path`; refuses a file of more than `maximumBytes`.
    package static func read(_ path: String, maximumBytes: Int = 64 << 20) throws(SystemError) -> [UInt8] {
        let descriptor = posix_open_file(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw SystemError("read", path, code: posix_error_number()) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = chunk.withUnsafeMutableBytes { CPOSIX.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if posix_error_number() == EINTR { continue }
                throw SystemError("read", path, code: posix_error_number())
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= maximumBytes else {
                throw SystemError(operation: "read", subject: path, reason: "it is larger than \(maximumBytes) bytes")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Writes `bytes` beside `path`, syncs them and renames, so that a reader sees the old file or the new one.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemError) {
        let temporary = "\(path).\(CurrentProcess.identifier).new"
        let descriptor = posix_open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemError("write", path, code: posix_error_number()) }
        let failure = writeAll(bytes, to: descriptor) ?? (fsync(descriptor) == 0 ? nil : posix_error_number())
        close(descriptor)
        if let failure {
            unlink(temporary)
            throw SystemError("write", path, code: failure)
        }
        if rename(temporary, path) != 0 {
            let code = posix_error_number()
            unlink(temporary)
            throw SystemError("write", path, code: code)
        }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the folder and those above it; one that is there is left alone.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o750) throws(SystemError) {
        var built = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            built += built.isEmpty || built.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(built, mode) != 0, posix_error_number() != EEXIST {
                throw SystemError("make the folder", built, code: posix_error_number())
            }
        }
    }

    /// Writes all of `bytes` to a descriptor; the `errno` of a failure.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { CPOSIX.write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count < 0 {
                if posix_error_number() == EINTR { continue }
                return posix_error_number()
            }
            sent += count
        }
        return nil
    }
}

/// The process's standard output and error.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes all bytes, blocking. False when the stream is closed or full on disk: nobody is left to tell.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool { File.writeAll(bytes, to: rawValue) == nil }

    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }
}
