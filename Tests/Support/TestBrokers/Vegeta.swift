import Foundation
import TestProcesses

/// Vegeta, which sends requests at a constant rate, whatever becomes of them.
package enum Vegeta {
    /// On the path, of the rig, or unpacked from there as `scripts/bench` does it; nil: nowhere.
    package static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let unpacked = "\(TestEnvironment.repository)/.build/bench"
        let rig = TestEnvironment.rig.map { "\($0)/bin" }
        for folder in folders + [rig, unpacked].compactMap({ $0 }) {
            if FileManager.default.isExecutableFile(atPath: "\(folder)/vegeta") { return "\(folder)/vegeta" }
        }
        guard let rig, FileManager.default.fileExists(atPath: "\(rig)/vegeta.xz") else { return nil }
        return unpack("\(rig)/vegeta.xz", into: unpacked)
    }()

    package static let isMissing: String = "needs vegeta: on the path, or at ../shared/rig or SLUICE_TEST_RIG"

    private static func unpack(_ archive: String, into folder: String) -> String? {
        let script =
            #"mkdir -p "$2"; xz -dc "$1" > "$2/vegeta.$$"; chmod +x "$2/vegeta.$$"; mv "$2/vegeta.$$" "$2/vegeta""#
        let ended = try? SpawnedProcess.run("/bin/sh", ["-ec", script, "sh", archive, folder])
        return ended?.status == 0 ? "\(folder)/vegeta" : nil
    }
}
