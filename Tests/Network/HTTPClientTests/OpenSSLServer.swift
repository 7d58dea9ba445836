import Foundation
import TestCertificates
import TestProcesses

/// `openssl s_server` on a free port, answering every request with a page.
final class OpenSSLServer {
    let port: Int
    private let process: SpawnedProcess

    private struct NoServer: Error {
        let said: String
    }

    init(_ identity: TestCertificates.Identity) throws {
        let output = try OutputFile()
        process = try SpawnedProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "0.0.0.0:0", "-www", "-cert", identity.certificatePath, "-key",
                identity.keyPath,
            ], output: output.descriptor)
        let end = ContinuousClock.now + .seconds(30)
        var said: Substring?
        while said == nil {
            guard process.isRunning, ContinuousClock.now < end else { throw NoServer(said: output.text) }
            // It says "ACCEPT 0.0.0.0:PORT" once it listens.
            let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            said = lines.first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last
            usleep(10_000)
        }
        guard let number = said.flatMap({ Int($0) }) else { throw NoServer(said: output.text) }
        port = number
    }

    deinit { process.send(SIGKILL) }
}
