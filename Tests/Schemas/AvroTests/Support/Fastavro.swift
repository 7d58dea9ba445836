import Foundation
import TestBrokers

/// The Python package, in the environment that `scripts/prepare test` makes.
enum Fastavro {
    static let isThere: Bool = {
        guard TestEnvironment.hasPython else { return false }
        let library = URL(fileURLWithPath: TestEnvironment.python).deletingLastPathComponent()
            .appendingPathComponent("../lib").standardized
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.contains {
            FileManager.default.fileExists(
                atPath: library.appendingPathComponent("\($0)/site-packages/fastavro/__init__.py").path)
        }
    }()
}
