package import JSON

/// The fields of a record in their order, and what must hold between them.
package struct RecordSchema: Sendable {
    package var fields: [NamedField]
    package var checks: [EntityCheck]

    package init(fields: [NamedField], checks: [EntityCheck] = []) {
        self.fields = fields
        self.checks = checks
    }

    package func field(_ name: String) -> Field? { fields.first { $0.name == name }?.field }
}

/// A rule over several fields of a record, checked when each field by itself is right.
package enum EntityCheck: Sendable {
    /// At least one of these is neither null nor empty.
    case atLeastOneOf([String])
    /// Exactly one of these is set.
    case onlyOneOf([String])
    /// If one of these is set, all are.
    case mutuallyRequired([String])
    /// When the field has the value, the other field satisfies the check.
    case conditional(
        field: String, is: @Sendable (JSONValue) -> Bool, then: String, satisfies: @Sendable (JSONValue) -> String?)
    /// Problems with their paths; an empty path is the record itself.
    case custom(@Sendable (JSONObject) -> [(path: [PathElement], message: String)])
}

/// A step on the way to a value.
package enum PathElement: Sendable, Hashable, ExpressibleByStringLiteral {
    case name(String)
    /// From 0.
    case index(Int)

    package init(stringLiteral value: String) { self = .name(value) }

    /// As Kong writes it in messages: places count from 1.
    package var text: String {
        switch self {
        case .name(let name): name
        case .index(let index): String(index + 1)
        }
    }
}
