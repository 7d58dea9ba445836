package import JSON

/// What appending to a member of an object makes of it.
package enum JSONAppending {
    /// A list grows; anything else becomes the first of a list.
    package static func value(_ current: JSONValue?, with value: JSONValue) -> JSONValue {
        guard let current, !current.isNull else { return .array([value]) }
        return .array((current.arrayValue ?? [current]) + [value])
    }
}
