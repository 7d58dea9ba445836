internal import CPOSIX

/// A file, pipe or terminal that is written to at its end: opened with append and create, mode 0644. For one thread.
///
/// Only a write to a file on a disk can block: everything else takes what it has room for.
package final class AppendedFile {
    private enum Kind {
        case regular, socket
        /// Of ours alone, so that it could be made non-blocking; otherwise others use it too, and it stays as it is.
        case other(isOurs: Bool)
    }

    package let path: String
    private let descriptor: Int32
    private let kind: Kind
    private let identity: (device: dev_t, number: ino_t)
    private let isStandardStream: Bool

    /// The process's own streams are written to by these names, whatever they are and whoever owns them.
    package init(_ path: String) throws(SystemError) {
        let stream: Int32? = path == "/dev/stdout" ? 1 : path == "/dev/stderr" ? 2 : nil
        self.path = path
        isStandardStream = stream != nil
        let (descriptor, isOurs) =
            if let stream { try Self.openStream(stream, path) } else { (try Self.open(path), true) }
        self.descriptor = descriptor
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = posix_error_number()
            close(descriptor)
            throw SystemError("open", path, code: code)
        }
        identity = (status.st_dev, status.st_ino)
        switch posix_kind(&status) {
        case posix_regular_file: kind = .regular
        case posix_socket: kind = .socket
        default: kind = .other(isOurs: isOurs)
        }
    }

    deinit { close(descriptor) }

    private static func open(_ path: String) throws(SystemError) -> Int32 {
        // Non-blocking: a FIFO without a reader is an error at once instead of a wait.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let descriptor = posix_open_file(path, flags, 0o644)
        guard descriptor >= 0 else { throw SystemError("open", path, code: posix_error_number()) }
        return descriptor
    }

    /// Of a pipe or terminal a description of our own is opened, because others would find theirs non-blocking. A
    /// file is shared with who else writes to the stream: there is one place where it goes on.
    private static func openStream(_ number: Int32, _ path: String) throws(SystemError) -> (Int32, isOurs: Bool) {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemError("open", path, code: posix_error_number()) }
        if posix_kind(&status) == posix_other_file {
            let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
            let descriptor = posix_open_file("/dev/fd/\(number)", flags, 0)
            if descriptor >= 0 { return (descriptor, true) }
        }
        let descriptor = dup(number)
        guard descriptor >= 0 else { throw SystemError("open", path, code: posix_error_number()) }
        return (descriptor, false)
    }

    /// Bytes up to which a write is never mixed with another writer's; nil: any number.
    package var wholeBytes: Int? { if case .regular = kind { nil } else { Int(PIPE_BUF) } }

    /// Whether `path` still names what is open: false after a rotation, or when the file was deleted.
    package var isCurrent: Bool {
        if isStandardStream { return true }
        var status = stat()
        guard stat(path, &status) == 0 else {
            // Who may not look any more goes on with what is open.
            return posix_error_number() != ENOENT && posix_error_number() != ENOTDIR
        }
        return status.st_dev == identity.device && status.st_ino == identity.number
    }

    /// Appends what there is room for; the number of bytes, 0 when there was none for so long.
    package func append(_ bytes: Span<UInt8>, waiting milliseconds: Int) throws(SystemError) -> Int {
        while true {
            if case .other(isOurs: false) = kind, !waitForRoom(milliseconds) { return 0 }
            let count = bytes.withUnsafeBytes { bytes in
                switch kind {
                case .regular: CPOSIX.write(descriptor, bytes.baseAddress, bytes.count)
                case .socket: send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
                // What says that it has room has some for so much at least.
                case .other(let isOurs):
                    CPOSIX.write(descriptor, bytes.baseAddress, isOurs ? bytes.count : min(bytes.count, Int(PIPE_BUF)))
                }
            }
            if count >= 0 { return count }
            switch posix_error_number() {
            case EINTR: continue
            case EAGAIN: if !waitForRoom(milliseconds) { return 0 }
            case let code: throw SystemError("write to", path, code: code)
            }
        }
    }

    private func waitForRoom(_ milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }
}
