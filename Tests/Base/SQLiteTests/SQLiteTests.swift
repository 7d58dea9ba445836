import SQLite
import Testing

@Suite("SQLite")
struct SQLiteTests {
    private func table() throws -> Database {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v, name TEXT UNIQUE)")
        return database
    }

    @Test(
        "values come back as they went in",
        arguments: [
            SQLiteValue.null, 0, .integer(.max), .integer(.min), 1.5, "", "é\u{0}x", .blob([]), .blob([0, 255]),
        ])
    func values(value: SQLiteValue) throws {
        let database = try table()
        #expect(try database.execute("INSERT INTO t (v) VALUES (?)", [value]) == 1)
        let rows = try database.query("SELECT id, v FROM t WHERE v IS ?", [value])
        #expect(rows.count == 1 && rows[0]["v"] == value && rows[0][0] == 1 && rows[0]["none"] == nil)
        #expect(rows[0].columns == ["id", "v"])
    }

    @Test("statements are reused with other values, and changes are counted")
    func reuse() throws {
        let database = try table()
        for number in 0..<300 {
            #expect(try database.execute("INSERT INTO t (v) VALUES (?)", [.integer(Int64(number))]) == 1)
            // More statements than are kept.
            #expect(
                try database.query("SELECT count(*) FROM t WHERE v <= \(number)")[0][0] == .integer(Int64(number + 1)))
        }
        #expect(try database.execute("DELETE FROM t WHERE v < ?", [10]) == 10)
        #expect(try database.execute("DELETE FROM t WHERE v < ?", [10]) == 0)
    }

    @Test("a value is never part of the statement")
    func injection() throws {
        let database = try table()
        let text = "'); DROP TABLE t; --"
        try database.execute("INSERT INTO t (name) VALUES (?)", [.text(text)])
        #expect(try database.query("SELECT name FROM t")[0][0].textValue == text)
    }

    @Test("errors say what and in which statement")
    func errors() throws {
        let database = try table()
        for statement in ["SELEC", "SELECT * FROM none", "", "SELECT 1; SELECT 2"] {
            let error = #expect(throws: SQLiteError.self) { try database.query(statement) }
            #expect(error?.statement == statement && error?.message.isEmpty == false)
        }
        #expect(throws: SQLiteError.self) { try database.query("SELECT ?") }
        #expect(throws: SQLiteError.self) { try database.query("SELECT ?", [1, 2]) }
        try database.execute("INSERT INTO t (name) VALUES ('a')")
        let twice = #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO t (name) VALUES ('a')") }
        #expect(twice?.isConstraintViolation == true && twice?.isBusy == false)
        #expect(try database.query("SELECT 1 ; \n")[0][0] == 1)
    }

    struct Undo: Error {}

    @Test("a transaction that throws leaves nothing, a nested one only undoes itself")
    func transactions() throws {
        let database = try table()
        #expect(throws: Undo.self) {
            try database.transaction {
                try database.execute("INSERT INTO t (v) VALUES (1)")
                throw Undo()
            }
        }
        let answer = try database.transaction {
            try database.execute("INSERT INTO t (v) VALUES (2)")
            #expect(throws: Undo.self) {
                try database.transaction {
                    try database.execute("INSERT INTO t (v) VALUES (3)")
                    throw Undo()
                }
            }
            try database.transaction { _ = try database.execute("INSERT INTO t (v) VALUES (4)") }
            return "done"
        }
        #expect(answer == "done")
        #expect(try database.query("SELECT v FROM t ORDER BY v").map { $0[0] } == [2, 4])
    }

    @Test("foreign keys are enforced")
    func foreignKeys() throws {
        let database = try table()
        try database.execute("CREATE TABLE c (t INTEGER REFERENCES t(id))")
        let error = #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO c VALUES (9)") }
        #expect(error?.isConstraintViolation == true)
    }

    @Test("a file keeps what was committed, and what is no database is refused")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.db"
        do {
            let database = try Database(path: path)
            try database.execute("CREATE TABLE t (v)")
            try database.execute("INSERT INTO t VALUES ('kept')")
            database.close()
            #expect(throws: SQLiteError.self) { try database.query("SELECT v FROM t") }
        }
        #expect(try Database(path: path).query("SELECT v FROM t")[0][0] == "kept")
        #expect(throws: SQLiteError.self) { try Database(path: folder.path + "/none/a.db") }
        try folder.write("this is no database, only text that is long enough to look at", to: "b.db")
        let error = #expect(throws: SQLiteError.self) { try Database(path: folder.path + "/b.db") }
        #expect(error?.isCorrupt == true)
    }

    @Test("a file that another connection holds is busy")
    func busy() throws {
        let folder = try TemporaryFolder()
        let first = try Database(path: folder.path + "/a.db")
        try first.execute("CREATE TABLE t (v)")
        let second = try Database(path: folder.path + "/a.db", busyTimeout: 0)
        try first.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: SQLiteError.self) { try second.execute("INSERT INTO t VALUES (1)") }
        #expect(error?.isBusy == true)
        try first.execute("COMMIT")
        #expect(try second.execute("INSERT INTO t VALUES (1)") == 1)
    }
}
