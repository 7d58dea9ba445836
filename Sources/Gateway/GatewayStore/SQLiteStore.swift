internal import GatewayModel
internal import JSON
internal import SQLite

/// Entities in one SQLite file. Used by one thread.
final class SQLiteStore {
    /// The layout this version reads and writes; a file with a newer one is refused.
    static let layout = 1
    private let database: Database

    init(path: String) throws {
        database = try Database(path: path)
        try database.execute("PRAGMA journal_mode = WAL")
        // A change that was answered survives a crash of the machine, not only of the process.
        try database.execute("PRAGMA synchronous = FULL")
        let layout = try database.query("PRAGMA user_version").first?[0].integerValue ?? 0
        guard layout <= Self.layout else {
            throw ModelError.database(
                "\(path) was written by a newer Sluice (layout \(layout), this one knows \(Self.layout)): upgrade, or use another data_dir"
            )
        }
        if layout == 0 {
            try database.execute(
                "CREATE TABLE IF NOT EXISTS entities (collection TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID"
            )
            try database.execute("PRAGMA user_version = \(Self.layout)")
        }
    }

    /// Everything that was stored, without checking it against the schema again.
    func load(_ schema: GatewaySchema) throws -> Configuration {
        var configuration = Configuration(schema: schema)
        for row in try database.query("SELECT collection, id, fields FROM entities ORDER BY id") {
            guard let collection = row[0].textValue, let id = row[1].textValue, let text = row[2].textValue else {
                throw ModelError.database("a stored entity has no text")
            }
            guard let definition = schema.definition(collection) else {
                throw ModelError.database("the store holds '\(collection)', which this version does not know")
            }
            guard let fields = try JSONValue.parse(text: text).objectValue else {
                throw ModelError.database("the stored entity \(id) is no object")
            }
            configuration.restore(Entity(id: id, fields: fields), definition)
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
