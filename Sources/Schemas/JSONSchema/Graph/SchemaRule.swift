internal import JSON
internal import RegularExpression

/// What a keyword demands. Schemas are numbers of nodes.
enum SchemaRule: Sendable {
    case reference(Int)
    /// The first node is what it means without others in its place.
    case dynamicReference(Int, anchor: String)
    case recursiveReference(Int)

    case allOf([Int])
    case anyOf([Int])
    case oneOf([Int])
    case not(Int)
    case conditional(condition: Int, then: Int?, otherwise: Int?)

    case enumeration([JSONValue], set: Set<JSONValue>?)
    case constant(JSONValue)

    case multipleOf(JSONValue)
    case minimum(JSONValue, isExclusive: Bool)
    case maximum(JSONValue, isExclusive: Bool)
    case length(CountLimit)
    case pattern(Pattern)
    case format(FormatCheck)

    case itemCount(CountLimit)
    case uniqueItems
    case items(prefix: [Int], rest: Int?)
    case contains(Int, minimum: Int, maximum: Int?, isCounted: Bool)

    case propertyCount(CountLimit)
    case required(NameTable)
    case properties(PropertyRules)
    case propertyNames(Int)
    case dependentSchemas([(name: String, node: Int)])
    case dependentRequired([(name: String, names: [String])])

    case unevaluatedItems(Int)
    case unevaluatedProperties(Int)
}

enum CountLimit: Sendable {
    case atLeast(Int)
    case atMost(Int)
}

struct Pattern: Sendable {
    /// As the schema has it.
    let text: String
    let expression: RegularExpression
}

final class PropertyRules: Sendable {
    let named: NameTable
    let patterns: [(pattern: Pattern, node: Int)]
    let additional: Int?

    init(named: NameTable, patterns: [(pattern: Pattern, node: Int)], additional: Int?) {
        (self.named, self.patterns, self.additional) = (named, patterns, additional)
    }
}

struct TypeNames: OptionSet, Sendable {
    let rawValue: Int

    static let null = TypeNames(rawValue: 1)
    static let boolean = TypeNames(rawValue: 2)
    static let integer = TypeNames(rawValue: 4)
    static let number = TypeNames(rawValue: 8)
    static let string = TypeNames(rawValue: 16)
    static let array = TypeNames(rawValue: 32)
    static let object = TypeNames(rawValue: 64)
    /// As in draft 4, where 1.0 is no integer.
    static let integerAsWritten = TypeNames(rawValue: 128)

    static let names: [(name: String, type: TypeNames, words: String)] = [
        ("null", .null, "null"), ("boolean", .boolean, "true or false"), ("integer", .integer, "an integer"),
        ("number", .number, "a number"), ("string", .string, "a string"), ("array", .array, "an array"),
        ("object", .object, "an object"), ("", .integerAsWritten, "an integer without a fraction"),
    ]

    var words: String {
        Self.names.filter { contains($0.type) }.map(\.words).joined(separator: " or ")
    }

    /// The type of what is on the tape at `position`.
    static func type(of tape: JSONTape, at position: Int) -> TypeNames {
        switch tape.kind(at: position) {
        case .null: .null
        case .true, .false: .boolean
        case .integer: [.integer, .number, .integerAsWritten]
        // An integer that is too large for `Int64`.
        case .unsigned: [.integer, .number, .integerAsWritten]
        case .double: number(tape.double(at: position) ?? 0)
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    private static func number(_ number: Double) -> TypeNames {
        guard number.rounded(.towardZero) == number else { return .number }
        // One so large may have been written as an integer.
        return number.magnitude >= 0x1p63 ? [.number, .integer, .integerAsWritten] : [.number, .integer]
    }
}
