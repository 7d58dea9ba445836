import Foundation
import TestBrokers

/// The binary that was built beside these tests, or the one that `SLUICE_TEST_BINARY` names.
enum SluiceBinary {
    static let path: String = {
        if let given = ProcessInfo.processInfo.environment["SLUICE_TEST_BINARY"] { return given }
        // On Linux the test bundle is the program that runs; elsewhere a runner has loaded it.
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let product = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return product.deletingLastPathComponent().appendingPathComponent("sluice").path
    }()

    /// What a command that ends by itself has said.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await run(path, arguments, environment: environment)
    }

    /// Runs another program to its end; it reads nothing. One that goes on for two minutes (a start that should have
    /// been refused) is killed, and said to have ended by that signal.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Outcome {
        let child = try ChildProcess(path, arguments, environment: environment, keepsErrorsApart: true)
        let status = await child.wait(seconds: 120)
        return Outcome(status: status, output: child.text, errors: child.errors)
    }
}
