internal import JSON
internal import SQLite
internal import System

/// The registry's events in one SQLite file.
package final class SQLiteJournal: RegistryJournal {
    /// Why a file cannot be used.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// The layout this version reads and writes; a file with a newer one is refused.
    private static let layout = 1
    /// `SluR`: tells tools such as file(1) whose database it is.
    private static let applicationID = 0x536c_7552
    private let path: String
    private let database: Database

    /// Opens or creates the file, readable for this user only, and holds it for this process alone.
    package init(path: String) throws {
        self.path = path
        if path != ":memory:", !File.exists(path) { try File.write([], to: path, mode: 0o600) }
        do {
            database = try Database(path: path, busyTimeout: 1000)
            // Two registries on one file would give the same ids to different schemas.
            try database.execute("PRAGMA locking_mode = EXCLUSIVE")
            try prepare()
        } catch let error as SQLiteError {
            if error.isBusy {
                throw Failure(description: "\(path) is used by another process: give each registry its own folder")
            }
            if error.isCorrupt {
                throw Failure(description: "\(path) is damaged or no database of Sluice's registry: \(error)")
            }
            throw Failure(description: "\(path) cannot be used: \(error)")
        }
    }

    private func prepare() throws {
        try database.transaction { () throws -> Void in
            let layout = try database.query("PRAGMA user_version").first?[0].integerValue ?? 0
            guard layout <= Self.layout else {
                throw Failure(
                    description:
                        "\(path) was written by a newer Sluice (layout \(layout), this one knows \(Self.layout)): upgrade, or use another folder"
                )
            }
            if layout == 0 {
                let tables = try database.query("SELECT name FROM sqlite_master").compactMap { $0[0].textValue }
                guard tables.isEmpty else {
                    throw Failure(description: "\(path) is no database of Sluice's registry: it holds '\(tables[0])'")
                }
                try database.execute(
                    "CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL)"
                )
                try database.execute("PRAGMA user_version = \(Self.layout)")
            }
            let owner = try database.query("PRAGMA application_id").first?[0].integerValue ?? 0
            guard layout == 0 || owner == Self.applicationID else {
                throw Failure(description: "\(path) is no database of Sluice's registry")
            }
            // Takes the lock for writing, which EXCLUSIVE then keeps.
            try database.execute("PRAGMA application_id = \(Self.applicationID)")
        }
    }

    package func load() throws -> [RegistryEvent] {
        try database.query("SELECT key, value FROM events ORDER BY position").map { row in
            guard let key = row[0].textValue, let value = row[1].textValue else {
                throw Failure(description: "\(path) is damaged: an event has no text")
            }
            do {
                return try RegistryEvent(key: try .parse(text: key), value: try .parse(text: value))
            } catch { throw Failure(description: "\(path): \(error)") }
        }
    }

    package func append(_ events: [RegistryEvent]) throws(RegistryJournalFailure) -> [RegistryEvent] {
        do {
            try database.transaction { () throws -> Void in
                for event in events { try put(event) }
            }
        } catch { throw .failed("\(path): \(error)") }
        return events
    }

    private func put(_ event: RegistryEvent) throws {
        let key = SQLiteValue.text(event.key.text)
        // Deleted first, so that the new value comes after all that was written before.
        try database.execute("DELETE FROM events WHERE key = ?", [key])
        guard let value = event.value else { return }
        try database.execute("INSERT INTO events (key, value) VALUES (?, ?)", [key, .text(value.text)])
    }

    package func close() { database.close() }
}
