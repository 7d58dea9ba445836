package import Foundation

/// A program that a test starts, and stops by its own process id.
package final class ChildProcess: @unchecked Sendable {
    // `Process` is used from one task at a time: start, then signals, then the wait at the end.
    private let process = Process()
    private let output: OutputFile
    private let separateErrors: OutputFile?

    /// Starts the program. Its output goes to a file, so that nobody must read it for the program to go on.
    ///
    /// - Parameters:
    ///   - keepsErrorsApart: What it says on standard error is in `errors` instead of in `text`.
    ///   - standardOutput: Where standard output goes instead.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], keepsErrorsApart: Bool = false,
        standardOutput: FileHandle? = nil
    ) throws {
        output = try OutputFile()
        separateErrors = keepsErrorsApart ? try OutputFile() : nil
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = standardOutput ?? output.handle
        process.standardError = (separateErrors ?? output).handle
        try process.runUnblocked()
    }

    deinit { if process.isRunning { process.terminate() } }

    package var identifier: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }

    /// All that the program has said so far, on both streams if they are not kept apart.
    package var text: String { output.text }

    /// What it has said on standard error, where that is kept apart.
    package var errors: String { separateErrors?.text ?? "" }

    package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// SIGSTOP, and waits until no thread of the program runs any more.
    package func pause() async throws {
        send(SIGSTOP)
        try await Eventually.holds("the program has stopped") { threadStates.allSatisfy { $0 == "T" } }
    }

    package func resume() { send(SIGCONT) }

    /// A letter for each thread, where the system tells them in `/proc`.
    private var threadStates: [Character] {
        let folder = "/proc/\(process.processIdentifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.compactMap { thread in
            // "7 (a name) S …"; a thread that has just ended has no file.
            let text = FileManager.default.contents(atPath: "\(folder)/\(thread)/stat") ?? Data()
            return String(decoding: text, as: UTF8.self).split(separator: ") ").last?.first
        }
    }

    /// Waits for the end, on a thread of its own; the exit status, or 128 and the signal that ended it. A program that
    /// goes on for longer than that is killed.
    package func wait(seconds: Double = 300) async -> Int32 {
        let guardian = Task { [self] in
            try await Task.sleep(for: .seconds(seconds * TestEnvironment.patience))
            send(SIGKILL)
        }
        defer { guardian.cancel() }
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread { [process] in
                process.waitUntilExit()
                let status = process.terminationStatus
                continuation.resume(returning: process.terminationReason == .exit ? status : 128 + status)
            }
        }
    }

    package func stop() async {
        if process.isRunning { process.terminate() }
        _ = await wait()
    }

    /// Until the output holds `text`; fails when the program ends before.
    package func waitFor(_ wanted: String, seconds: Double = 30) async throws {
        try await Eventually.holds(
            "\(process.executableURL?.lastPathComponent ?? "") says \"\(wanted)\"", seconds: seconds
        ) {
            if !process.isRunning, !text.contains(wanted) { throw TestEnvironmentError("it ended: \(text)") }
            return text.contains(wanted)
        }
    }

    /// Runs a program to its end and gives its standard output.
    @discardableResult
    package static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> String {
        let child = try ChildProcess(path, arguments, environment: environment, keepsErrorsApart: true)
        let status = await child.wait()
        guard status == 0 else {
            let command = "\(path) \(arguments.prefix(3).joined(separator: " "))"
            throw TestEnvironmentError("\(command) … failed (\(status)):\n\(child.text)\n\(child.errors)")
        }
        return child.text
    }
}

/// A file that one process writes and another reads; it has no name, so that nothing is left of it.
private final class OutputFile: Sendable {
    let handle: FileHandle

    init() throws {
        let path = NSTemporaryDirectory() + "sluice-output-\(UUID().uuidString)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TestEnvironmentError("no file for a program's output: \(errno)") }
        unlink(path)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// All that was written so far.
    var text: String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // The place where the other process writes next stays as it is.
            let count = pread(handle.fileDescriptor, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

/// Keeps programs from being started while a port changes hands.
///
/// Between its birth and its own program a child holds a copy of every socket of this process: a listening one that is
/// closed just then keeps its port for some moments more. A mock broker that goes down takes its port again at once,
/// and ends the process when it cannot.
package enum Spawning {
    private static let lock = NSLock()

    package static func alone<Result>(_ work: () throws -> Result) rethrows -> Result {
        try lock.withLock(work)
    }
}

extension Process {
    /// Runs the program with no signal blocked. Threads of the pool block most, and a program inherits that: it could
    /// not be told to stop.
    fileprivate func runUnblocked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try Spawning.alone { try run() }
    }
}

/// Waiting for what another process does, with a limit: longer where everything is slower.
package enum Eventually {
    package static func holds(
        _ what: String, seconds: Double = 30, _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds * TestEnvironment.patience)
        while try await !condition() {
            guard ContinuousClock.now < end else { throw TestEnvironmentError("not in \(seconds) s: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Ends what a test process leaves behind, even when it crashes: a shell that waits for the process to go.
package enum Leftovers {
    /// Runs `command` (a shell line) once this process has ended.
    package static func atExit(_ command: String) throws {
        let watcher = Process()
        watcher.executableURL = URL(fileURLWithPath: "/bin/sh")
        let own = ProcessInfo.processInfo.processIdentifier
        watcher.arguments = [
            "-c", "trap '' INT TERM; while kill -0 \(own) 2>/dev/null; do sleep 0.5; done; \(command)",
        ]
        watcher.standardInput = FileHandle.nullDevice
        watcher.standardOutput = FileHandle.nullDevice
        watcher.standardError = FileHandle.nullDevice
        try watcher.runUnblocked()
    }
}
