/// What a column or parameter holds.
package enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package var textValue: String? {
        if case .text(let value) = self { value } else { nil }
    }

    package var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var realValue: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    package var blobValue: [UInt8]? {
        if case .blob(let value) = self { value } else { nil }
    }
}

extension SQLiteValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
}

/// A row of an answer; columns by place or name.
package struct SQLiteRow: Sendable {
    /// The columns' names, shared by all rows of an answer.
    package let columns: [String]
    package let values: [SQLiteValue]

    package subscript(place: Int) -> SQLiteValue { values[place] }

    /// The first column of that name; nil when the answer has none.
    package subscript(name: String) -> SQLiteValue? { columns.firstIndex(of: name).map { values[$0] } }
}
