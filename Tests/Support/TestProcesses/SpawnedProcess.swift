internal import CSpawn
internal import Foundation
import Synchronization

/// A program that runs beside the tests, started and waited for by the system's own calls.
///
/// Foundation's `Process` learns of an end by a socket that the program holds. Another program that was started in the
/// same moment, from another thread, may hold it too: then the end is heard when that one ends, and a test stands still
/// with one of the two threads that all share.
package final class SpawnedProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Outlives its process's owner: the thread that waits for the end keeps it.
    private final class Ending: Sendable {
        private struct State {
            var status: Int32?
            var waiting: [@Sendable (Int32) -> Void] = []
        }

        let identifier: pid_t
        private let state = Mutex(State())

        init(_ identifier: pid_t) { self.identifier = identifier }

        var isOver: Bool { state.withLock { $0.status != nil } }

        /// Not after the end: the number may be somebody else's then.
        func send(_ signal: Int32) {
            state.withLock { if $0.status == nil { kill(identifier, signal) } }
        }

        func tell(_ receive: @escaping @Sendable (Int32) -> Void) {
            let status = state.withLock { state in
                if state.status == nil { state.waiting.append(receive) }
                return state.status
            }
            if let status { receive(status) }
        }

        /// On a thread of its own. The process is left unburied until `state` knows that it is over.
        func await() {
            var information = siginfo_t()
            while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            let (status, waiting) = state.withLock { state in
                var raw: Int32 = 0
                while waitpid(identifier, &raw, 0) < 0, errno == EINTR {}
                // WIFEXITED and WEXITSTATUS, WTERMSIG.
                let status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
                defer { state.waiting = [] }
                state.status = status
                return (status, state.waiting)
            }
            for receive in waiting { receive(status) }
        }
    }

    private let ending: Ending

    /// Starts the program, with no signal blocked, in a process group of its own, and with no other descriptors than these;
    /// it reads nothing.
    ///
    /// - Parameters:
    ///   - environment: Added to that of the tests.
    ///   - output: Where standard output goes; nil: nowhere.
    ///   - errors: Where standard error goes; nil: nowhere.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], output: Int32? = nil,
        errors: Int32? = nil
    ) throws {
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (stream, descriptor) in [(1, output), (2, errors)] as [(Int32, Int32?)] {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
            } else {
                posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
            }
        }
        #if os(Linux)
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        #endif
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let whole = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = whole.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier = pid_t()
        let result = Spawning.alone { posix_spawn(&identifier, path, &actions, &attributes, &words, &variables) }
        guard result == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(result)))") }
        let ending = Ending(identifier)
        self.ending = ending
        Thread.detachNewThread { ending.await() }
    }

    package var identifier: Int32 { ending.identifier }
    package var isRunning: Bool { !ending.isOver }

    package func send(_ signal: Int32) { ending.send(signal) }

    /// Calls `receive` with the exit status, or 128 and the signal that ended it: now, or on a thread of its own.
    package func whenOver(_ receive: @escaping @Sendable (Int32) -> Void) { ending.tell(receive) }

    /// Waits for the end; the exit status, or 128 and the signal that ended it.
    package func wait() -> Int32 {
        let isOver = DispatchSemaphore(value: 0)
        let status = Mutex<Int32>(0)
        ending.tell { given in
            status.withLock { $0 = given }
            isOver.signal()
        }
        isOver.wait()
        return status.withLock { $0 }
    }

    /// Runs a program to its end: its status, and what it has said on both streams. Blocks.
    package static func run(
        _ path: String, _ arguments: [String]
    ) throws -> (status: Int32, text: String) {
        let output = try OutputFile()
        let process = try SpawnedProcess(path, arguments, output: output.descriptor, errors: output.descriptor)
        return (process.wait(), output.text)
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
