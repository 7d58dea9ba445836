/// Why the database refused; `code` is SQLite's extended result code.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    package let code: Int
    package let message: String
    /// The statement, without its values; nil when none was at fault.
    package let statement: String?

    package var description: String {
        guard let statement else { return "SQLite: \(message) (code \(code))" }
        return "SQLite: \(message) (code \(code)) in \(statement)"
    }

    /// Whether a uniqueness, foreign key, check or other constraint was broken.
    package var isConstraintViolation: Bool { code & 0xff == 19 }
    /// Whether another connection holds the database.
    package var isBusy: Bool { code & 0xff == 5 || code & 0xff == 6 }
    /// Whether the file is damaged or no database.
    package var isCorrupt: Bool { code & 0xff == 11 || code & 0xff == 26 }
}
