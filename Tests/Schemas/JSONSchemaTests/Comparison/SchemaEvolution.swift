import JSON
import JSONSchema
import Testing

/// A schema, what it was before, and what hinders accepting the old values with the new.
struct SchemaEvolution: Sendable, CustomTestStringConvertible {
    let reader: String
    let writer: String
    /// "KIND pointer", in order.
    let hindrances: [String]

    var testDescription: String { "\(writer) → \(reader)" }

    /// - Parameters: `old` became `new`.
    init(_ old: String, to new: String, _ hindrances: String...) {
        (writer, reader, self.hindrances) = (old, new, hindrances)
    }

    static func found(_ reader: String, withWriter writer: String) throws -> [JSONSchemaIncompatibility] {
        var options = JSONSchemaOptions()
        options.draft = .draft7
        let schemas = try [reader, writer].map {
            try JSONSchema(compiling: JSONValue.parse(text: $0), options: options)
        }
        return try schemas[0].incompatibilities(withWriter: schemas[1])
    }

    static let types: [SchemaEvolution] = [
        .init("{}", to: "true"), .init("true", to: "{}"), .init("false", to: #"{"type":"string"}"#),
        .init("true", to: "false", "TYPE_CHANGED "), .init(#"{"type":"null"}"#, to: "{}"),
        .init(#"{"title":"a","default":1}"#, to: #"{"title":"b","description":"c"}"#),
        .init("{}", to: #"{"type":"integer"}"#, "TYPE_NARROWED "),
        .init(#"{"type":"integer"}"#, to: #"{"type":"number"}"#),
        .init(#"{"type":"number"}"#, to: #"{"type":"integer"}"#, "TYPE_NARROWED "),
        .init(#"{"type":"object"}"#, to: #"{"type":"array"}"#, "TYPE_CHANGED "),
        .init(#"{"type":"string"}"#, to: #"{"type":["string","null"]}"#),
        .init(#"{"type":["string","null"]}"#, to: #"{"type":"string"}"#, "TYPE_NARROWED "),
        .init(#"{"type":["integer","null"]}"#, to: #"{"type":["null","number"]}"#),
        .init(#"{"type":"string"}"#, to: #"{"type":"string","enum":["a"]}"#, "ENUM_ARRAY_NARROWED /enum"),
        .init(#"{"enum":["a"]}"#, to: #"{"enum":["b","a"]}"#),
        .init(#"{"enum":["a",1]}"#, to: #"{"type":["string","integer"]}"#),
        .init(#"{"enum":["a","b"]}"#, to: #"{"enum":["a"]}"#, "ENUM_ARRAY_NARROWED /enum"),
        .init(#"{"enum":["a","b"]}"#, to: #"{"enum":["a","c"]}"#, "ENUM_ARRAY_CHANGED /enum"),
        .init(#"{"enum":["a","b"]}"#, to: #"{"maxLength":1}"#),
        .init(#"{"type":"boolean"}"#, to: #"{"enum":[false,true]}"#),
        .init(#"{"const":1}"#, to: #"{"const":2}"#, "ENUM_ARRAY_CHANGED /const"),
        .init(#"{"const":1}"#, to: #"{"enum":[1.0,2]}"#),
    ]

    static let scalars: [SchemaEvolution] = [
        .init(#"{"type":"string"}"#, to: #"{"type":"string","maxLength":5}"#, "MAX_LENGTH_ADDED /maxLength"),
        .init(
            #"{"type":"string","maxLength":6}"#, to: #"{"type":"string","maxLength":5}"#,
            "MAX_LENGTH_DECREASED /maxLength"),
        .init(#"{"type":"string","maxLength":5}"#, to: #"{"type":"string","maxLength":6}"#),
        .init(#"{"type":"string","maxLength":5}"#, to: #"{"type":"string"}"#),
        .init(#"{"type":"string"}"#, to: #"{"type":"string","minLength":1}"#, "MIN_LENGTH_ADDED /minLength"),
        .init(
            #"{"type":"string","minLength":1}"#, to: #"{"type":"string","minLength":2}"#,
            "MIN_LENGTH_INCREASED /minLength"),
        .init(#"{"type":"string","minLength":2}"#, to: #"{"type":"string","minLength":1}"#),
        .init(#"{"type":"string"}"#, to: #"{"type":"string","minLength":0}"#),
        .init(#"{"type":"string"}"#, to: #"{"type":"string","pattern":"^a"}"#, "PATTERN_ADDED /pattern"),
        .init(
            #"{"type":"string","pattern":"^a"}"#, to: #"{"type":"string","pattern":"^b"}"#, "PATTERN_CHANGED /pattern"),
        .init(#"{"type":"string","pattern":"^a"}"#, to: #"{"type":"string","pattern":"^a"}"#),
        .init(#"{"type":"string","pattern":"^a"}"#, to: #"{"type":"string"}"#),
        .init(#"{"type":"number"}"#, to: #"{"type":"number","maximum":5}"#, "MAXIMUM_ADDED /maximum"),
        .init(#"{"type":"number","maximum":6}"#, to: #"{"type":"number","maximum":5}"#, "MAXIMUM_DECREASED /maximum"),
        .init(#"{"type":"number","maximum":5}"#, to: #"{"type":"number","maximum":5.5}"#),
        .init(#"{"type":"number"}"#, to: #"{"type":"number","minimum":5}"#, "MINIMUM_ADDED /minimum"),
        .init(#"{"type":"number","minimum":5}"#, to: #"{"type":"number","minimum":6}"#, "MINIMUM_INCREASED /minimum"),
        .init(#"{"type":"number","minimum":6}"#, to: #"{"type":"number","minimum":5}"#),
        .init(#"{"type":"number","exclusiveMinimum":5}"#, to: #"{"type":"number","minimum":5}"#),
        .init(
            #"{"type":"number","minimum":5}"#, to: #"{"type":"number","exclusiveMinimum":5}"#,
            "EXCLUSIVE_MINIMUM_ADDED /exclusiveMinimum"),
        .init(
            #"{"type":"number","exclusiveMinimum":5}"#, to: #"{"type":"number","exclusiveMinimum":6}"#,
            "EXCLUSIVE_MINIMUM_INCREASED /exclusiveMinimum"),
        .init(
            #"{"type":"number"}"#, to: #"{"type":"number","exclusiveMaximum":6}"#,
            "EXCLUSIVE_MAXIMUM_ADDED /exclusiveMaximum"),
        .init(
            #"{"type":"number","exclusiveMaximum":6}"#, to: #"{"type":"number","exclusiveMaximum":5}"#,
            "EXCLUSIVE_MAXIMUM_DECREASED /exclusiveMaximum"),
        .init(
            #"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","maximum":5}"#,
            to:
                #"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","maximum":5,"exclusiveMaximum":true}"#,
            "EXCLUSIVE_MAXIMUM_ADDED /exclusiveMaximum"),
        .init(#"{"type":"number"}"#, to: #"{"type":"number","multipleOf":5}"#, "MULTIPLE_OF_ADDED /multipleOf"),
        .init(
            #"{"type":"number","multipleOf":5}"#, to: #"{"type":"number","multipleOf":10}"#,
            "MULTIPLE_OF_EXPANDED /multipleOf"),
        .init(
            #"{"type":"number","multipleOf":5}"#, to: #"{"type":"number","multipleOf":7}"#,
            "MULTIPLE_OF_CHANGED /multipleOf"),
        .init(#"{"type":"number","multipleOf":10}"#, to: #"{"type":"number","multipleOf":2.5}"#),
        .init(#"{"type":"integer"}"#, to: #"{"type":"number","multipleOf":0.5}"#),
    ]

    static let objects: [SchemaEvolution] = [
        // Open content models.
        .init(#"{"properties":{"a":{"type":"string"}}}"#, to: #"{"type":"object"}"#),
        .init(
            #"{"properties":{"a":{"type":"string"}}}"#,
            to: #"{"properties":{"a":{"type":"string"},"b":{"type":"number"}}}"#,
            "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL /properties/b"),
        .init(#"{"type":"object"}"#, to: #"{"type":"object","properties":{"a":{}}}"#),
        .init(
            #"{"properties":{"a":{"type":"string"}}}"#, to: #"{"properties":{"b":{"type":"string"}}}"#,
            "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL /properties/b"),
        .init(
            #"{"properties":{"a":{"type":"string"}}}"#, to: #"{"properties":{"a":{"type":"number"}}}"#,
            "TYPE_CHANGED /properties/a"),
        // Closed ones.
        .init(
            #"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
            to: #"{"properties":{"a":{"type":"string"},"b":{"type":"number"}},"additionalProperties":false}"#),
        .init(
            #"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
            to:
                #"{"properties":{"a":{"type":"string"},"b":{"type":"number"}},"required":["b"],"additionalProperties":false}"#,
            "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL /properties/b"),
        .init(
            #"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
            to:
                #"{"properties":{"a":{"type":"string"},"b":{"type":"number","default":1}},"required":["b"],"additionalProperties":false}"#
        ),
        .init(
            #"{"properties":{"a":{},"b":{}},"additionalProperties":false}"#,
            to: #"{"properties":{"a":{}},"additionalProperties":false}"#,
            "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL /properties/b"),
        .init(
            #"{"properties":{"a":{},"b":false},"additionalProperties":false}"#,
            to: #"{"properties":{"a":{}},"additionalProperties":false}"#),
        .init(#"{"type":"object","additionalProperties":false}"#, to: #"{"type":"object"}"#),
        .init(
            #"{"type":"object"}"#, to: #"{"type":"object","additionalProperties":false}"#,
            "ADDITIONAL_PROPERTIES_REMOVED /additionalProperties"),
        // Partially open ones.
        .init(
            #"{"type":"object"}"#, to: #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            "ADDITIONAL_PROPERTIES_NARROWED /additionalProperties"),
        .init(
            #"{"additionalProperties":{"type":"string"}}"#, to: #"{"additionalProperties":{"type":"number"}}"#,
            "TYPE_CHANGED /additionalProperties"),
        .init(
            #"{"additionalProperties":{"type":"string"}}"#,
            to: #"{"properties":{"b":{"type":"string"}},"additionalProperties":{"type":"string"}}"#),
        .init(
            #"{"additionalProperties":{"type":"string"}}"#,
            to: #"{"properties":{"b":{"type":"number"}},"additionalProperties":{"type":"string"}}"#,
            "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /properties/b"),
        .init(
            #"{"properties":{"b":{"type":"string"}},"additionalProperties":false}"#,
            to: #"{"additionalProperties":{"oneOf":[{"type":"null"},{"type":"string"}]}}"#),
        .init(
            #"{"properties":{"b":{"type":"number"}},"additionalProperties":false}"#,
            to: #"{"additionalProperties":{"type":"string"}}"#,
            "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /properties/b"),
        .init(
            #"{"properties":{"I_1":{"type":"integer"}},"additionalProperties":false}"#,
            to: #"{"additionalProperties":false,"patternProperties":{"^I_":{"type":"number"}}}"#),
        .init(
            #"{"additionalProperties":false,"patternProperties":{"^I_":{"type":"integer"}}}"#,
            to:
                #"{"properties":{"I_1":{"type":"number"}},"additionalProperties":false,"patternProperties":{"^I_":{"type":"integer"}}}"#
        ),
        .init(
            #"{"properties":{"ab":{"type":"string"}},"additionalProperties":false}"#,
            to: #"{"patternProperties":{"^a":{"type":"integer"}},"additionalProperties":false}"#,
            "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /properties/ab"),
        .init(
            #"{"patternProperties":{"^a":{"type":"integer"}}}"#, to: #"{"patternProperties":{"^a":{"type":"null"}}}"#,
            "TYPE_CHANGED /patternProperties/^a"),
        .init(
            #"{"type":"object"}"#, to: #"{"patternProperties":{"^a":{"type":"null"}}}"#,
            "SCHEMA_ADDED /patternProperties/^a"),
        .init(
            #"{"patternProperties":{"^a":{"type":"integer"}},"additionalProperties":false}"#,
            to: #"{"additionalProperties":false}"#,
            "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /patternProperties/^a"),
        .init(
            #"{"patternProperties":{"^a":{"type":"integer"}},"additionalProperties":false}"#,
            to: #"{"patternProperties":{"^a":{},"^b":{"type":"null"}},"additionalProperties":false}"#),
        .init(
            #"{"patternProperties":{"^a":{"type":"integer"}},"additionalProperties":false}"#,
            to: #"{"patternProperties":{"^a":{},"^ab":{"type":"null"}},"additionalProperties":false}"#,
            "SCHEMA_ADDED /patternProperties/^ab"),
        .init(
            #"{"patternProperties":{"^ab?":{"type":"integer"}},"additionalProperties":false}"#,
            to: #"{"patternProperties":{"^ab?":{},"^ac":{"type":"null"}},"additionalProperties":false}"#,
            "SCHEMA_ADDED /patternProperties/^ac"),
        // What is required.
        .init(#"{"properties":{"a":{}},"required":["a"]}"#, to: #"{"properties":{"a":{}}}"#),
        .init(
            #"{"properties":{"a":{"type":"null"}}}"#, to: #"{"properties":{"a":{"type":"null"}},"required":["a"]}"#,
            "REQUIRED_ATTRIBUTE_ADDED /required/0"),
        .init(
            #"{"properties":{"a":{"type":"null"}}}"#,
            to: #"{"properties":{"a":{"type":"null","default":null}},"required":["a"]}"#),
        .init(#"{"type":"object","required":["b","a"]}"#, to: #"{"type":"object","required":["a"],"minProperties":2}"#),
        // How many.
        .init(
            #"{"type":"object"}"#, to: #"{"type":"object","maxProperties":2}"#, "MAX_PROPERTIES_ADDED /maxProperties"),
        .init(#"{"maxProperties":2}"#, to: #"{"maxProperties":1}"#, "MAX_PROPERTIES_DECREASED /maxProperties"),
        .init(
            #"{"type":"object"}"#, to: #"{"type":"object","minProperties":2}"#, "MIN_PROPERTIES_ADDED /minProperties"),
        .init(#"{"minProperties":1}"#, to: #"{"minProperties":2}"#, "MIN_PROPERTIES_INCREASED /minProperties"),
        .init(#"{"maxProperties":1,"minProperties":1}"#, to: #"{"maxProperties":2,"minProperties":0}"#),
        .init(#"{"type":"object"}"#, to: #"{"propertyNames":{"maxLength":3}}"#, "SCHEMA_ADDED /propertyNames"),
        .init(
            #"{"properties":{"abc":{}},"additionalProperties":false}"#, to: #"{"propertyNames":{"maxLength":3}}"#),
        // What depends on others.
        .init(
            #"{"type":"object"}"#, to: #"{"dependencies":{"a":["b"]}}"#, "DEPENDENCY_ARRAY_ADDED /dependencies/a"),
        .init(
            #"{"dependencies":{"a":["b"]}}"#, to: #"{"dependencies":{"a":["b","c"]}}"#,
            "DEPENDENCY_ARRAY_EXTENDED /dependencies/a"),
        .init(
            #"{"dependencies":{"a":["b"]}}"#, to: #"{"dependencies":{"a":["c"]}}"#,
            "DEPENDENCY_ARRAY_CHANGED /dependencies/a"),
        .init(#"{"dependencies":{"a":["b","c"],"b":["a"]}}"#, to: #"{"dependencies":{"a":["c"]}}"#),
        .init(#"{"type":"object","required":["c"]}"#, to: #"{"dependencies":{"a":["c"]}}"#),
        .init(
            #"{"type":"object"}"#, to: #"{"dependencies":{"a":{"required":["b"]}}}"#,
            "DEPENDENCY_SCHEMA_ADDED /dependencies/a"),
        .init(
            #"{"dependencies":{"a":{"minProperties":2}}}"#, to: #"{"dependencies":{"a":{"minProperties":3}}}"#,
            "MIN_PROPERTIES_INCREASED /dependencies/a/minProperties"),
        .init(#"{"dependencies":{"a":{"minProperties":2}}}"#, to: #"{"dependencies":{}}"#),
    ]
}
