internal import CSQLite

/// A SQLite database. Calls block: use it from one thread or actor that may wait, never from an event loop.
///
/// Statements take values by `?`; they are prepared once and kept.
package final class Database {
    private var connection: OpaquePointer?
    private var statements: [String: OpaquePointer] = [:]
    /// More kept statements than a program has are a sign of values written into SQL; then all are let go.
    private static let keptStatements = 128
    private var transactionDepth = 0

    /// Opens or creates the database; `:memory:` is one that ends with this object. Foreign keys are enforced; a file
    /// is written ahead (WAL) and every commit synced, so that what was committed survives a power cut.
    ///
    /// - Parameter busyTimeout: how long to wait for another process that holds the file, in milliseconds.
    package init(path: String, busyTimeout: Int = 5000) throws(SQLiteError) {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &connection, flags, nil)
        guard code == SQLITE_OK else {
            let error = SQLiteError(
                code: Int(code), message: "cannot open \(path): \(String(cString: sqlite3_errstr(code)))",
                statement: nil)
            sqlite3_close_v2(connection)
            connection = nil
            throw error
        }
        sqlite3_busy_timeout(connection, CInt(clamping: busyTimeout))
        do throws(SQLiteError) {
            try execute("PRAGMA foreign_keys = ON")
            try execute("PRAGMA journal_mode = WAL")
            try execute("PRAGMA synchronous = FULL")
            // A schema in a hostile file must not run functions with effects.
            try execute("PRAGMA trusted_schema = OFF")
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Ends the connection; every later call throws. A second call does nothing.
    package func close() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements.removeAll()
        sqlite3_close_v2(connection)
        connection = nil
    }

    /// Runs one statement and says how many rows it inserted, updated or deleted.
    @discardableResult
    package func execute(_ statement: String, _ bindings: [SQLiteValue] = []) throws(SQLiteError) -> Int {
        let before = sqlite3_total_changes(connection)
        _ = try query(statement, bindings)
        return Int(sqlite3_total_changes(connection) - before)
    }

    /// Runs one statement and gives its rows.
    package func query(_ statement: String, _ bindings: [SQLiteValue] = []) throws(SQLiteError) -> [SQLiteRow] {
        let prepared = try prepare(statement)
        defer {
            sqlite3_reset(prepared)
            sqlite3_clear_bindings(prepared)
        }
        try bind(bindings, to: prepared, statement)
        let columnCount = sqlite3_column_count(prepared)
        let columns = (0..<columnCount).map { sqlite3_column_name(prepared, $0).map { String(cString: $0) } ?? "" }
        var rows: [SQLiteRow] = []
        while true {
            let code = sqlite3_step(prepared)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw failure(code, statement) }
            rows.append(
                SQLiteRow(columns: columns, values: (0..<columnCount).map { Self.value(of: prepared, column: $0) }))
        }
    }

    /// Runs `work` as one transaction: all of it counts, or, when it throws, nothing. A transaction within one is part
    /// of it, and undone alone when it throws.
    package func transaction<Answer, Failure: Error>(
        _ work: () throws(Failure) -> Answer
    ) throws -> Answer {
        let name = "nested_\(transactionDepth)"
        try execute(transactionDepth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT \(name)")
        transactionDepth += 1
        defer { transactionDepth -= 1 }
        do {
            let answer = try work()
            try execute(transactionDepth == 1 ? "COMMIT" : "RELEASE \(name)")
            return answer
        } catch {
            // Some failures (a full disk) have ended the transaction already.
            if sqlite3_get_autocommit(connection) == 0 {
                if transactionDepth == 1 {
                    try execute("ROLLBACK")
                } else {
                    try execute("ROLLBACK TO \(name)")
                    try execute("RELEASE \(name)")
                }
            }
            throw error
        }
    }

    private func prepare(_ statement: String) throws(SQLiteError) -> OpaquePointer {
        guard connection != nil else {
            throw SQLiteError(code: 21, message: "the database is closed", statement: statement)
        }
        if let known = statements[statement] { return known }
        let text = Array(statement.utf8)
        var prepared: OpaquePointer?
        var used = 0
        let code = text.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(
                connection, start, CInt(clamping: buffer.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
            if let start, let tail { used = tail - start }
            return code
        }
        guard code == SQLITE_OK else { throw failure(code, statement) }
        guard let prepared else { throw SQLiteError(code: 1, message: "the statement is empty", statement: statement) }
        // A second statement would silently not run.
        guard text[used...].allSatisfy({ $0 == 0x20 || $0 == 10 || $0 == 13 || $0 == 9 || $0 == UInt8(ascii: ";") })
        else {
            sqlite3_finalize(prepared)
            throw SQLiteError(code: 1, message: "only one statement is expected", statement: statement)
        }
        if statements.count >= Self.keptStatements {
            for kept in statements.values { sqlite3_finalize(kept) }
            statements.removeAll()
        }
        statements[statement] = prepared
        return prepared
    }

    private func bind(_ values: [SQLiteValue], to prepared: OpaquePointer, _ statement: String) throws(SQLiteError) {
        let expected = Int(sqlite3_bind_parameter_count(prepared))
        guard values.count == expected else {
            throw SQLiteError(
                code: 25, message: "\(expected) values are expected, \(values.count) given", statement: statement)
        }
        // SQLITE_TRANSIENT, a macro Swift does not import: SQLite copies.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (place, value) in values.enumerated() {
            let index = CInt(place + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(prepared, index)
                case .integer(let integer): sqlite3_bind_int64(prepared, index, integer)
                case .real(let real): sqlite3_bind_double(prepared, index, real)
                case .text(let text):
                    Array(text.utf8).withUnsafeBytes {
                        // A null address would bind NULL instead of an empty text.
                        sqlite3_bind_text64(
                            prepared, index, $0.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Self.empty,
                            UInt64($0.count), copied, UInt8(SQLITE_UTF8))
                    }
                case .blob(let bytes):
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(prepared, index, 0)
                        : sqlite3_bind_blob64(prepared, index, bytes, UInt64(bytes.count), copied)
                }
            guard code == SQLITE_OK else { throw failure(code, statement) }
        }
    }

    // nonisolated(unsafe): a constant of the program's text, never written.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let text: StaticString = ""
        return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }()

    private static func value(of prepared: OpaquePointer, column: CInt) -> SQLiteValue {
        switch sqlite3_column_type(prepared, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(prepared, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(prepared, column))
        case SQLITE_TEXT:
            // The text before its length: SQLite may convert it first.
            let start = sqlite3_column_text(prepared, column)
            let count = Int(sqlite3_column_bytes(prepared, column))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(prepared, column)
            let count = Int(sqlite3_column_bytes(prepared, column))
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    private func failure(_ code: CInt, _ statement: String) -> SQLiteError {
        SQLiteError(code: Int(code), message: String(cString: sqlite3_errmsg(connection)), statement: statement)
    }
}
