import Foundation
import TestBrokers

/// What the system says of the process, where it tells that in `/proc`.
extension RunningSluice {
    static let tellsResources = FileManager.default.fileExists(atPath: "/proc/self/fd")
    static let needsResources = "needs /proc"

    /// Open descriptors: sockets, above all.
    var descriptors: Int {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count }
    }

    /// Bytes of memory in use.
    var residentBytes: Int {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            guard let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw TestEnvironmentError("no VmRSS in: \(text)")
            }
            return kilobytes * 1024
        }
    }

    /// Until no more than so many descriptors are open.
    func waitFor(descriptors count: Int) async throws {
        try await Eventually.holds("no more than \(count) descriptors, now \((try? descriptors) ?? 0)") {
            try descriptors <= count
        }
    }
}
