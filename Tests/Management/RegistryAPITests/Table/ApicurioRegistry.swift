import Foundation
import TestBrokers

/// Apicurio Registry from the rig, for one run of the table: it must begin empty.
final class ApicurioRegistry: Sendable {
    let base: RegistryAddress
    private let command: String
    private let pidFile: String

    static let command: String? = TestEnvironment.rig.map { "\($0)/apicurio/registry" }
        .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    static let isThere = command != nil
    static let needs = "needs Apicurio Registry at ../shared/rig or SLUICE_TEST_RIG"

    init() async throws {
        guard let command = Self.command else { throw TestEnvironmentError(Self.needs) }
        self.command = command
        let folder = try TestEnvironment.makeFolder("apicurio")
        pidFile = "\(folder)/pid"
        let port = try FreePorts.one()
        base = RegistryAddress(port: UInt16(port), path: "/apis/ccompat/v7")
        try Leftovers.atExit("'\(command)' stop --pid '\(pidFile)'; rm -rf '\(folder)'")
        try await ChildProcess.run(command, ["start", "--port", "\(port)", "--pid", pidFile])
    }

    func stop() async throws { try await ChildProcess.run(command, ["stop", "--pid", pidFile]) }
}
