package import JSON

/// A condition on one field's value, as data: it is checked, named in messages and shown by `/schemas/…`.
package enum FieldMatch: Sendable {
    case equals(JSONValue)
    /// That very text; schemas show it as a pattern.
    case isText(String)
    case differs(JSONValue)
    case oneOf([JSONValue])
    case notOneOf([JSONValue])
    /// A list with that element.
    case contains(JSONValue)
    /// A list with the first element and none of the others.
    case containsWithout(JSONValue, [JSONValue])
    /// A list of which every element is one of these.
    case elementsOneOf([JSONValue])
    /// A list of which no element is one of these.
    case elementsNotOneOf([JSONValue])
    /// Null or without elements.
    case isEmpty
    /// Neither null nor empty.
    case isSet

    /// What is wrong with `value`, in Kong's words; nil when it matches.
    func problem(with value: JSONValue) -> String? {
        switch self {
        case .equals(let wanted): value == wanted ? nil : "value must be \(Self.text(wanted))"
        case .isText(let text): value == .string(text) ? nil : "invalid value: \(Self.text(value))"
        case .differs(let other): value != other ? nil : "value must not be \(Self.text(other))"
        case .oneOf(let choices):
            choices.contains(value) ? nil : "expected one of: \(Self.list(choices))"
        case .notOneOf(let choices):
            choices.contains(value) ? "must not be one of: \(Self.list(choices))" : nil
        case .contains(let element):
            (value.arrayValue ?? []).contains(element) ? nil : "expected to contain: \(Self.text(element))"
        case .containsWithout(let element, let others):
            (value.arrayValue ?? []).contains(element) && !(value.arrayValue ?? []).contains(where: others.contains)
                ? nil : "expected to contain: \(Self.text(element))"
        case .elementsOneOf(let choices):
            (value.arrayValue ?? []).allSatisfy(choices.contains) ? nil : "expected one of: \(Self.list(choices))"
        case .elementsNotOneOf(let choices):
            (value.arrayValue ?? []).contains(where: choices.contains)
                ? "must not be one of: \(Self.list(choices))" : nil
        case .isEmpty: EntityCheck.isSet(value) ? "length must be 0" : nil
        case .isSet: EntityCheck.isSet(value) ? nil : "required field missing"
        }
    }

    func holds(_ value: JSONValue) -> Bool { problem(with: value) == nil }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.text }

    private static func list(_ values: [JSONValue]) -> String { values.map(text).joined(separator: ", ") }

    /// In the words of Kong's schemas.
    var describedSchema: JSONValue {
        switch self {
        case .equals(let value): ["eq": value]
        case .isText(let text): ["match": .string("^\(text)$")]
        case .differs(let value): ["ne": value]
        case .oneOf(let values): ["one_of": .array(values)]
        case .notOneOf(let values): ["not_one_of": .array(values)]
        case .contains(let value): ["contains": value]
        case .containsWithout(let value, _): ["contains": value]
        case .elementsOneOf(let values): ["elements": ["type": "string", "one_of": .array(values)]]
        case .elementsNotOneOf(let values): ["elements": ["type": "string", "not_one_of": .array(values)]]
        case .isEmpty: ["len_eq": 0]
        case .isSet: ["required": true]
        }
    }
}
