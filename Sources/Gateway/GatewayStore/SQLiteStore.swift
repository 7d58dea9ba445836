internal import GatewayModel
internal import JSON
internal import SQLite
internal import System

/// Entities in one SQLite file. Used by one thread.
final class SQLiteStore {
    /// The layout this version reads and writes; a file with a newer one is refused.
    static let layout = 1
    static let inMemory = ":memory:"
    private let path: String
    private let database: Database

    /// Opens or creates the file, readable for this user only, and holds it for this process alone.
    init(path: String) throws {
        self.path = path
        // Certificates' keys and passwords are in it, so it must not begin with what the umask allows. SQLite's own
        // name for a database in memory is no file.
        if path != Self.inMemory, !File.exists(path) { try File.write([], to: path, mode: 0o600) }
        do {
            database = try Database(path: path, busyTimeout: 1000)
            // Two nodes on one file would each serve what the other does not know of.
            try database.execute("PRAGMA locking_mode = EXCLUSIVE")
            try prepare()
        } catch let error as SQLiteError {
            if error.isBusy {
                throw ModelError.database("\(path) is used by another process: give each node its own data_dir")
            }
            if error.isCorrupt { throw ModelError.database("\(path) is damaged or no database of Sluice: \(error)") }
            throw ModelError.database("\(path) cannot be used: \(error)")
        }
    }

    private func prepare() throws {
        try database.transaction { () throws -> Void in
            let layout = try database.query("PRAGMA user_version").first?[0].integerValue ?? 0
            guard layout <= Self.layout else {
                throw ModelError.database(
                    "\(path) was written by a newer Sluice (layout \(layout), this one knows \(Self.layout)): upgrade, or use another data_dir"
                )
            }
            if layout == 0 {
                let tables = try database.query("SELECT name FROM sqlite_master").compactMap { $0[0].textValue }
                guard tables.isEmpty else {
                    throw ModelError.database("\(path) is no database of Sluice: it holds '\(tables[0])'")
                }
                try database.execute(
                    "CREATE TABLE entities (collection TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID"
                )
                try database.execute("PRAGMA user_version = \(Self.layout)")
            }
            // Takes the lock for writing, which EXCLUSIVE then keeps.
            try database.execute("PRAGMA application_id = \(Self.applicationID)")
        }
    }

    /// `Slui`: tells tools such as file(1) whose database it is.
    private static let applicationID = 0x536c_7569

    /// Whether the file can be read.
    var answers: Bool {
        do {
            _ = try database.query("SELECT id FROM entities LIMIT 1")
            return true
        } catch { return false }
    }

    /// Everything that was stored, completed and checked by today's schema: a newer version's fields have their
    /// defaults, and what an older or other configuration of the node allowed is an error that names the entity.
    func load(_ schema: GatewaySchema) throws -> Configuration {
        var configuration = Configuration(schema: schema)
        var problems: [String] = []
        for row in try database.query("SELECT collection, id, fields FROM entities ORDER BY id") {
            guard let collection = row[0].textValue, let id = row[1].textValue, let text = row[2].textValue else {
                throw ModelError.database("\(path) is damaged: a stored entity has no text")
            }
            guard let definition = schema.definition(collection) else {
                throw ModelError.database(
                    "\(path) holds '\(collection)', which this version does not know, or which belong to a plugin that is not enabled"
                )
            }
            guard let fields = try JSONValue.parse(text: text).objectValue else {
                throw ModelError.database("\(path) is damaged: the stored entity \(id) is no object")
            }
            do throws(ModelError) {
                try configuration.restore(Entity(id: id, fields: fields), definition)
            } catch {
                problems.append("\(definition.singular) \(id): \(error)")
            }
        }
        guard problems.isEmpty else {
            let more = problems.count > 10 ? "\n… and \(problems.count - 10) more" : ""
            throw ModelError.database(
                "\(path) holds what cannot be used now:\n" + problems.prefix(10).joined(separator: "\n") + more)
        }
        return configuration
    }

    /// Makes the change durable, whole or not at all.
    func save(_ change: ConfigurationChange) throws {
        try database.transaction { () throws -> Void in
            for step in change.steps {
                switch step {
                case .put(let collection, let entity):
                    try database.execute(
                        "INSERT INTO entities (collection, id, fields) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET fields = excluded.fields",
                        [.text(collection), .text(entity.id), .text(JSONValue.object(entity.fields).text)])
                case .delete(let collection, let id):
                    try database.execute(
                        "DELETE FROM entities WHERE collection = ? AND id = ?", [.text(collection), .text(id)])
                }
            }
        }
    }

    func close() { database.close() }
}
