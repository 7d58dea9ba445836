import Avro
import Testing

/// A schema that breaks a rule, and where.
struct RefusedSchema: Sendable, CustomTestStringConvertible {
    let schema: String
    let rule: AvroSchemaError.Rule
    let pointer: String
    var references: [String: String] = [:]
    /// The referenced schema in which the fault is.
    var reference: String?
    var limits: (@Sendable (inout AvroSchemaLimits) -> Void)?

    init(
        _ schema: String, _ rule: AvroSchemaError.Rule, _ pointer: String = "", references: [String: String] = [:],
        reference: String? = nil, limits: (@Sendable (inout AvroSchemaLimits) -> Void)? = nil
    ) {
        self.schema = schema
        self.rule = rule
        self.pointer = pointer
        self.references = references
        self.reference = reference
        self.limits = limits
    }

    var testDescription: String { "\(rule.rawValue) \(schema.prefix(60))" }

    /// A record with one field, given without its braces.
    static func field(
        _ field: String, _ rule: AvroSchemaError.Rule, _ pointer: String, record: String = "R"
    ) -> RefusedSchema {
        RefusedSchema(#"{"type":"record","name":"\#(record)","fields":[{\#(field)}]}"#, rule, "/fields/0" + pointer)
    }

    static let shapes: [RefusedSchema] = [
        .init("", .notJSON), .init("int", .notJSON), .init("[", .notJSON), .init(#"{"type":"int"}x"#, .notJSON),
        .init("null", .notASchema), .init("5", .notASchema), .init("true", .notASchema),
        .init(#"["int",7]"#, .notASchema, "/1"), .init(#"{"type":"array","items":null}"#, .notASchema, "/items"),
        .init("{}", .missingAttribute), .init(#"{"name":"int"}"#, .missingAttribute),
        .init(#"{"type":7}"#, .wrongAttribute, "/type"), .init(#"{"type":["null","int"]}"#, .wrongAttribute, "/type"),
        .init(#"{"type":{"type":"int"}}"#, .wrongAttribute, "/type"),
        .init(#"{"type":"array"}"#, .missingAttribute), .init(#"{"type":"map"}"#, .missingAttribute),
        .init(#"{"type":"record","name":"R"}"#, .missingAttribute), .init(#"{"type":"record"}"#, .missingAttribute),
        .init(#"{"type":"record","name":"R","fields":{}}"#, .wrongAttribute, "/fields"),
        .init(#"{"type":"record","name":"R","fields":["a"]}"#, .wrongAttribute, "/fields/0"),
        .init(#"{"type":"record","name":7,"fields":[]}"#, .wrongAttribute, "/name"),
        .init(#"{"type":"enum","name":"E"}"#, .missingAttribute),
        .init(#"{"type":"enum","name":"E","symbols":"A"}"#, .wrongAttribute, "/symbols"),
        .init(#"{"type":"enum","symbols":[]}"#, .missingAttribute),
        .init(#"{"type":"fixed","size":1}"#, .missingAttribute),
        .init(#"{"type":"fixed","name":"F"}"#, .missingAttribute),
        .field(#""type":"int""#, .missingAttribute, ""), .field(#""name":"a""#, .missingAttribute, ""),
        .field(#""name":1,"type":"int""#, .wrongAttribute, "/name"),
        .init(#"{"type":"fixed","name":"F","size":-1}"#, .badSize, "/size"),
        .init(#"{"type":"fixed","name":"F","size":"2"}"#, .badSize, "/size"),
        .init(#"{"type":"fixed","name":"F","size":2.5}"#, .badSize, "/size"),
        .init(#"{"type":"fixed","name":"F","size":2147483648}"#, .badSize, "/size"),
        .init(#"["int",["null"]]"#, .nestedUnion, "/1"), .init(#"["null","null"]"#, .duplicateBranch, "/1"),
        .init(#"["int",{"type":"int","logicalType":"date"}]"#, .duplicateBranch, "/1"),
        .init(#"[{"type":"array","items":"int"},{"type":"array","items":"long"}]"#, .duplicateBranch, "/1"),
        .init(#"[{"type":"fixed","name":"F","size":1},"null","F"]"#, .duplicateBranch, "/2"),
        .field(#""name":"a","type":"int","order":"up""#, .badOrder, "/order"),
        .field(#""name":"a","type":"int","order":1"#, .badOrder, "/order"),
        .init(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#,
            .duplicateField, "/fields/1/name"),
    ]

    static let names: [RefusedSchema] = [
        .init(#"{"type":"record","name":"","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"1a","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"a-b","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"é","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":".R","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"a..R","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"R.","fields":[]}"#, .badName, "/name"),
        .init(#"{"type":"record","name":"R","namespace":"1a","fields":[]}"#, .badName, "/namespace"),
        .init(#"{"type":"record","name":"R","namespace":7,"fields":[]}"#, .badName, "/namespace"),
        .init(#"{"type":"record","name":"int","fields":[]}"#, .primitiveName, "/name"),
        .init(#"{"type":"fixed","name":"string","namespace":"a.b","size":1}"#, .primitiveName, "/name"),
        .field(#""name":"a.b","type":"int""#, .badName, "/name"), .field(#""name":"","type":"int""#, .badName, "/name"),
        .init(#""two words""#, .badName), .init(#""""#, .badName), .init(#"{"type":"a b"}"#, .badName, "/type"),
        .init(#""Nowhere""#, .unknownName), .init(#"["null","com.x.Nowhere"]"#, .unknownName, "/1"),
        .init(#"{"type":"record"}"#, .missingAttribute), .init(#""record""#, .unknownName),
        .init(#"{"type":"Nowhere"}"#, .unknownName, "/type"),
        .field(#""name":"a","type":"record""#, .unknownName, "/type"),
        .field(#""name":"a","type":"com.x.r""#, .unknownName, "/type", record: "com.x.R"),
        .init(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"F"},{"name":"b","type":{"type":"fixed","name":"F","size":1}}]}"#,
            .usedBeforeDefinition, "/fields/0/type"),
        .init(
            #"[{"type":"fixed","name":"F","size":1},{"type":"enum","name":"F","symbols":[]}]"#, .redefinedName,
            "/1/name"),
        .init(#"{"type":"record","name":"R","aliases":"x","fields":[]}"#, .badAlias, "/aliases"),
        .init(#"{"type":"record","name":"R","aliases":["x","y z"],"fields":[]}"#, .badAlias, "/aliases/1"),
        .field(#""name":"a","type":"int","aliases":["x.y"]"#, .badAlias, "/aliases/0"),
        .field(#""name":"a","type":"int","aliases":[1]"#, .badAlias, "/aliases/0"),
        .init(#"{"type":"enum","name":"E","symbols":["A","b c"]}"#, .badSymbol, "/symbols/1"),
        .init(#"{"type":"enum","name":"E","symbols":[7]}"#, .badSymbol, "/symbols/0"),
        .init(#"{"type":"enum","name":"E","symbols":["A","B","A"]}"#, .duplicateSymbol, "/symbols/2"),
        .init(#"{"type":"enum","name":"E","symbols":["A"],"default":"B"}"#, .badEnumDefault, "/default"),
        .init(#"{"type":"enum","name":"E","symbols":["A"],"default":0}"#, .badEnumDefault, "/default"),
    ]

    private static let f = #"{"type":"fixed","name":"F","size":1}"#

    static let references: [RefusedSchema] = [
        .init(#""A""#, .notJSON, references: ["A": "{"], reference: "A"),
        .init(#""A""#, .unknownName, references: ["A": #"{"type":"record","name":"B","fields":[]}"#]),
        .init(
            #""A""#, .unknownName, "/fields/0/type",
            references: ["A": #"{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]}"#], reference: "A"),
        .init(#"[\#(f),"A"]"#, .redefinedName, "/0/name", references: ["A": f]),
        .init(#""A""#, .redefinedName, "/name", references: ["A": f, "B": f], reference: "B"),
        .init(#"["null","F","F"]"#, .duplicateBranch, "/2", references: ["F": f]),
        .init(
            #""A""#, .referenceCycle,
            references: [
                "A": #"{"type":"record","name":"A","fields":[{"name":"b","type":["null","B"]}]}"#,
                "B": #"{"type":"record","name":"B","fields":[{"name":"a","type":["null","A"]}]}"#,
            ], reference: "A"),
        .init(
            #"{"type":"record","name":"M","fields":[{"name":"a","type":"A"}]}"#, .referenceCycle, "/fields/0/type/1",
            references: ["A": #"{"type":"record","name":"A","fields":[{"name":"m","type":["null","M"]}]}"#],
            reference: "A"),
    ]

    static let limits: [RefusedSchema] = [
        .init(#""string""#, .tooLarge, limits: { $0.bytes = 7 }),
        .init(#""F""#, .tooLarge, references: ["F": f], limits: { $0.bytes = 38 }),
        .init(
            #"{"type":"array","items":{"type":"array","items":"int"}}"#, .tooDeep, "/items/items",
            limits: { $0.depth = 2 }),
        .init(
            #"{"type":"array","items":"A"}"#, .tooDeep,
            references: ["A": #"{"type":"record","name":"A","fields":[{"name":"a","type":"int"}]}"#],
            limits: { $0.depth = 2 }),
        .init(#"["null",{"type":"array","items":"int"}]"#, .tooManyTypes, "/1", limits: { $0.types = 1 }),
        .init(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"string","default":"12345"}]}"#, .tooLarge,
            "/fields/0/default", limits: { $0.defaultBytes = 5 }),
    ]
}
