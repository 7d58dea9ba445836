package import Foundation
package import TestProcesses

/// A program that a test starts, and stops by its own process id.
package final class ChildProcess: Sendable {
    private let process: SpawnedProcess
    private let name: String
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
        name = path.split(separator: "/").last.map(String.init) ?? path
        output = try OutputFile()
        separateErrors = keepsErrorsApart ? try OutputFile() : nil
        process = try SpawnedProcess(
            path, arguments, environment: environment,
            output: standardOutput?.fileDescriptor ?? output.descriptor,
            errors: (separateErrors ?? output).descriptor)
    }

    deinit { send(SIGTERM) }

    package var identifier: Int32 { process.identifier }
    package var isRunning: Bool { process.isRunning }

    /// All that the program has said so far, on both streams if they are not kept apart.
    package var text: String { output.text }

    /// What it has said on standard error, where that is kept apart.
    package var errors: String { separateErrors?.text ?? "" }

    package func send(_ signal: Int32) { process.send(signal) }

    /// SIGSTOP, and waits until no thread of the program runs any more.
    package func pause() async throws {
        send(SIGSTOP)
        try await Eventually.holds("the program has stopped") { threadStates.allSatisfy { $0 == "T" } }
    }

    package func resume() { send(SIGCONT) }

    /// A letter for each thread, where the system tells them in `/proc`.
    private var threadStates: [Character] {
        let folder = "/proc/\(identifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.compactMap { thread in
            // "7 (a name) S …"; a thread that has just ended has no file.
            let text = FileManager.default.contents(atPath: "\(folder)/\(thread)/stat") ?? Data()
            return String(decoding: text, as: UTF8.self).split(separator: ") ").last?.first
        }
    }

    /// Waits for the end; the exit status, or 128 and the signal that ended it. A program that goes on for longer than
    /// that is killed.
    package func wait(seconds: Double = 300) async -> Int32 {
        let guardian = Task { [self] in
            try await Task.sleep(for: .seconds(seconds * TestEnvironment.patience))
            send(SIGKILL)
        }
        defer { guardian.cancel() }
        return await withCheckedContinuation { continuation in process.whenOver { continuation.resume(returning: $0) } }
    }

    package func stop() async {
        send(SIGTERM)
        _ = await wait()
    }

    /// Until the output holds `text`; fails when the program ends before.
    package func waitFor(_ wanted: String, seconds: Double = 30) async throws {
        try await Eventually.holds(
            "\(name) says \"\(wanted)\"", seconds: seconds
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
        let own = ProcessInfo.processInfo.processIdentifier
        let script = "trap '' INT TERM; while kill -0 \(own) 2>/dev/null; do sleep 0.5; done; \(command)"
        _ = try SpawnedProcess("/bin/sh", ["-c", script])
    }
}
