import Foundation
import TestBrokers
import TestClient

/// A client's connection that says all it has to say, and then listens until the server closes. Blocks.
enum RawConnection {
    static func isOpen(_ port: Int) throws -> Bool {
        _ = try RawClient(port: UInt16(port))
        return true
    }

    /// All that came back.
    static func talk(_ bytes: [UInt8], port: Int) throws -> [UInt8] {
        let client = try RawClient(port: UInt16(port))
        do {
            try client.send(bytes)
            client.endWriting()
        } catch is RawClient.Failure {
            // It has refused the beginning and closed: what it said can be read all the same.
        }
        var received: [UInt8] = []
        while true {
            guard let more = try client.readBytes(within: RunningSluice.answerLimit) else {
                throw TestEnvironmentError("it stays open after: \(String(decoding: received, as: UTF8.self))")
            }
            if more.isEmpty { return received }
            received += more
        }
    }
}
