package import JSON

/// What a field of an entity or of a plugin's configuration may hold: the single source for validation, defaults,
/// error paths, `/schemas/…` and the reference pages.
package struct Field: Sendable {
    package indirect enum Kind: Sendable {
        case string
        case integer
        case number
        case boolean
        case array(Field)
        /// An array whose repeated elements are dropped.
        case set(Field)
        case map(key: Field, value: Field)
        case record(RecordSchema)
        /// A reference to an entity of that collection, such as `services`.
        case foreign(String)
    }

    package var kind: Kind
    package var isRequired = false
    package var defaultValue: JSONValue?
    package var oneOf: [JSONValue] = []
    package var between: ClosedRange<Double>?
    package var minimumLength: Int?
    package var maximumLength: Int?
    /// What a text must begin with.
    package var startsWith: String?
    /// The value must be greater than this.
    package var greaterThan: Double?
    /// Elements of a set may come from one of these only.
    package var exclusiveSubsets: [[String]] = []
    package var isUUID = false
    /// Holds the id, or a list of ids, of entities of that collection without being a foreign key: they must exist,
    /// and cannot be deleted before this.
    package var identifies: String?
    package var isUnique = false
    /// Of a reference: whoever holds it goes with the entity that it names.
    package var isCascading = false
    /// Set by the gateway, not by clients: ids and times.
    package var isAutomatic = false
    /// May be a vault reference such as `{vault://env/NAME}`.
    package var isReferenceable = false
    /// Holds a secret.
    package var isEncrypted = false
    package var description = ""
    /// Kong does not have it.
    package var isSluiceOnly = false
    /// Kong has it and Sluice does not honour it: why, for any value but null, the default and `honoured`.
    package var unsupported: String?
    package var honoured: [JSONValue] = []
    /// Further checks; what is wrong with the value, or nil.
    package var checks: [@Sendable (JSONValue) -> String?] = []

    package init(_ kind: Kind) { self.kind = kind }

    package static var string: Field { Field(.string) }
    package static var integer: Field { Field(.integer) }
    package static var number: Field { Field(.number) }
    package static var boolean: Field { Field(.boolean) }
    package static func array(_ element: Field) -> Field { Field(.array(element)) }
    package static func set(_ element: Field) -> Field { Field(.set(element)) }
    package static func map(key: Field = .string, value: Field) -> Field { Field(.map(key: key, value: value)) }
    package static func record(_ fields: [NamedField], checks: [EntityCheck] = []) -> Field {
        Field(.record(RecordSchema(fields: fields, checks: checks)))
    }
    package static func foreign(_ collection: String) -> Field { Field(.foreign(collection)) }

    private func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }

    package func required() -> Field { with { $0.isRequired = true } }
    package func `default`(_ value: JSONValue) -> Field { with { $0.defaultValue = value } }
    package func oneOf(_ values: [JSONValue]) -> Field { with { $0.oneOf = values } }
    package func between(_ low: Double, _ high: Double) -> Field { with { $0.between = low...high } }
    package func length(atLeast minimum: Int? = nil, atMost maximum: Int? = nil) -> Field {
        with {
            $0.minimumLength = minimum
            $0.maximumLength = maximum
        }
    }
    package func uuid() -> Field { with { $0.isUUID = true } }
    package func unique() -> Field { with { $0.isUnique = true } }
    package func cascading() -> Field { with { $0.isCascading = true } }
    package func startsWith(_ text: String) -> Field { with { $0.startsWith = text } }
    package func greaterThan(_ limit: Double) -> Field { with { $0.greaterThan = limit } }
    package func exclusiveSubsets(_ subsets: [[String]]) -> Field { with { $0.exclusiveSubsets = subsets } }
    package func identifies(_ collection: String) -> Field { with { $0.identifies = collection } }
    package func automatic() -> Field { with { $0.isAutomatic = true } }
    package func referenceable() -> Field { with { $0.isReferenceable = true } }
    package func encrypted() -> Field { with { $0.isEncrypted = true } }
    package func describe(_ text: String) -> Field { with { $0.description = text } }
    package func sluiceOnly() -> Field { with { $0.isSluiceOnly = true } }
    package func unsupported(_ reason: String, except honoured: [JSONValue] = []) -> Field {
        with {
            $0.unsupported = reason
            $0.honoured = honoured
        }
    }
    package func check(_ check: @escaping @Sendable (JSONValue) -> String?) -> Field {
        with { $0.checks.append(check) }
    }

    /// Kong's word for the kind.
    package var typeName: String {
        switch kind {
        case .string: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .array: "array"
        case .set: "set"
        case .map: "map"
        case .record: "record"
        case .foreign: "foreign"
        }
    }
}

/// A field with its name.
package struct NamedField: Sendable {
    package let name: String
    package var field: Field

    package init(_ name: String, _ field: Field) {
        self.name = name
        self.field = field
    }
}
