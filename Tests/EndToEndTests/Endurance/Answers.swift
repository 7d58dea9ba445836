import Foundation
import Synchronization
import TestClient

/// The bodies of answers to requests that are sent again and again.
enum Answers {
    /// Sends each request on a connection of its own while `work` runs; the bodies of each, in their order. An answer
    /// that is not 200 is there as its status.
    static func run(
        on node: RunningSluice, _ heads: [String], during work: () async throws -> Void
    ) async throws -> [[String]] {
        let end = Switch()
        let senders = heads.map { head in
            Task {
                try await OwnThread.run {
                    let client = try node.client()
                    var bodies: [String] = []
                    while !end.isOn || bodies.isEmpty {
                        let answer = try client.ask(head)
                        bodies.append(answer.status == 200 ? answer.body : "\(answer.status)")
                    }
                    return bodies
                }
            }
        }
        do {
            defer { end.turnOn() }
            try await work()
        }
        var all: [[String]] = []
        for sender in senders { all.append(try await sender.value) }
        return all
    }
}
