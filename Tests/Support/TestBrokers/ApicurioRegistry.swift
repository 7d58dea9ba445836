import Foundation

/// Apicurio Registry from the rig, for one run of the table: it must begin empty.
package final class ApicurioRegistry: Sendable {
    package let port: UInt16
    /// Where the Confluent-compatible interface begins.
    package let path = "/apis/ccompat/v7"
    private let command: String
    private let pidFile: String

    private static let found: String? = TestEnvironment.rig.map { "\($0)/apicurio/registry" }
        .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    package static let isThere = found != nil
    package static let needs = "needs Apicurio Registry at ../shared/rig or SLUICE_TEST_RIG"

    package init() async throws {
        guard let command = Self.found else { throw TestEnvironmentError(Self.needs) }
        self.command = command
        let folder = try TestEnvironment.makeFolder("apicurio")
        pidFile = "\(folder)/pid"
        let port = try FreePorts.one()
        self.port = UInt16(port)
        try Leftovers.atExit("'\(command)' stop --pid '\(pidFile)'; rm -rf '\(folder)'")
        try await ChildProcess.run(command, ["start", "--port", "\(port)", "--pid", pidFile])
    }

    package func stop() async throws { try await ChildProcess.run(command, ["stop", "--pid", pidFile]) }
}
