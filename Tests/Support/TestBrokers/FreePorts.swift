import Foundation
import Synchronization

/// Ports nobody listens on, for servers that must be told theirs.
package enum FreePorts {
    private static let handedOut = Mutex<Set<Int>>([])

    /// The first of `count` free neighbouring ports of 127.0.0.1, below the system's own range; each is given once.
    package static func range(_ count: Int) throws -> Int {
        for _ in 0..<500 {
            let first = Int.random(in: 1200...(3200 - count / 10)) * 10
            let ports = first..<(first + count)
            let isNew = handedOut.withLock { given in
                guard given.isDisjoint(with: ports) else { return false }
                given.formUnion(ports)
                return true
            }
            if isNew, ports.allSatisfy(isFree) { return first }
        }
        throw TestEnvironmentError("no \(count) free ports")
    }

    package static func one() throws -> Int { try range(1) }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
