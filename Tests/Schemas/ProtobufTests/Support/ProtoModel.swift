/// What generated schemas are made of.
struct ProtoModel {
    enum Kind {
        case scalar(String)
        case enumeration(String)
        case message(String)
        /// A group, whose definition is that of the field.
        case group(String)
    }

    enum Label {
        case plain, optional, required, repeated
        /// With the type of its keys.
        case map(String)
    }

    struct Field {
        /// As a member of an object: an extension's has brackets.
        let name: String
        let jsonName: String
        let kind: Kind
        let label: Label
        /// Which oneof of the message.
        let oneof: Int?
    }

    struct Message {
        var fields: [Field] = []
        var oneofs = 0
    }

    struct Enumeration {
        let values: [(name: String, number: Int)]
        let isClosed: Bool
    }

    var messages: [String: Message] = [:]
    var enumerations: [String: Enumeration] = [:]
    /// Full names of those that a value may be of.
    var roots: [String] = []

    static let scalars = [
        "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
        "sfixed64", "bool", "string", "bytes",
    ]
    static let keys = [
        "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool",
        "string",
    ]
    static let wellKnown = [
        "Any", "Duration", "Timestamp", "FieldMask", "Struct", "Value", "ListValue", "Empty", "DoubleValue",
        "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue",
        "BytesValue",
    ].map { "google.protobuf." + $0 }
}
