internal import JSON

/// A moment, to the millisecond. A literal is seconds since 1970.
package struct Timestamp: Sendable, Hashable, ExpressibleByIntegerLiteral {
    package let milliseconds: Int64

    /// - Parameter milliseconds: Since 1970.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// - Parameter seconds: Since 1970.
    package init(seconds: Int) { milliseconds = Int64(seconds) * 1000 }

    package init(integerLiteral seconds: Int) { self.init(seconds: seconds) }

    /// As that field holds it: whole seconds, or with milliseconds where the field may hold fractions.
    func value(for field: Field) -> JSONValue {
        if case .number = field.kind, milliseconds % 1000 != 0 { return .number(Double(milliseconds) / 1000) }
        return .integer(Int(milliseconds / 1000))
    }
}
