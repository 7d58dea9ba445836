import Foundation

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")

    init() {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        } catch { preconditionFailure("no temporary folder: \(error)") }
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { print("left behind: \(folder.path): \(error)") }
    }

    /// A new name in it.
    func path() -> String { folder.appendingPathComponent("\(UUID().uuidString).sqlite").path }
}
