import Foundation
import TestCertificates

/// `openssl s_server` on a free port, answering every request with a page.
final class OpenSSLServer {
    let port: Int
    private let process = Process()

    private struct NoServer: Error {
        let said: String
    }

    init(_ identity: TestCertificates.Identity) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-accept", "0.0.0.0:0", "-www", "-cert", identity.certificatePath, "-key", identity.keyPath,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.contains("ACCEPT ") || !text.hasSuffix("\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NoServer(said: text) }
            text += String(decoding: more, as: UTF8.self)
        }
        guard let colon = text.lastIndex(of: ":"),
            let number = Int(text[text.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw NoServer(said: text) }
        port = number
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
    }
}
