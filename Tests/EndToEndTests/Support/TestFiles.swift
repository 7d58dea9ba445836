import Foundation
import TestBrokers

/// Files of these tests and the nodes they have started: removed and ended when this process ends, however it does.
final class TestFiles: Sendable {
    static let shared = Result { try TestFiles() }
    private let root: String

    private init() throws {
        root = try TestEnvironment.makeFolder("e2e")
        try FileManager.default.createDirectory(atPath: "\(root)/nodes", withIntermediateDirectories: true)
        try Leftovers.atExit("for node in '\(root)'/nodes/*; do kill -9 ${node##*/}; done; rm -rf '\(root)'")
    }

    func makeFolder() throws -> String {
        let path = "\(root)/\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Writes a file in a folder of its own; its path.
    static func write(_ text: String, as name: String) throws -> String {
        let path = try shared.get().makeFolder() + "/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A node runs, by its process id.
    func add(node: Int32) throws { try Data().write(to: file(of: node)) }

    func remove(node: Int32) throws { try FileManager.default.removeItem(at: file(of: node)) }

    private func file(of node: Int32) -> URL { URL(fileURLWithPath: "\(root)/nodes/\(node)") }
}
