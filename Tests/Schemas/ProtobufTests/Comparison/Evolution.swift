import Testing

/// A schema, what it was before, and what hinders reading the old with the new.
struct Evolution: Sendable, CustomTestStringConvertible {
    let name: String
    let reader: String
    let writer: String
    var readerReferences: [String: String] = [:]
    var writerReferences: [String: String] = [:]
    /// "KIND path", in order.
    let hindrances: [String]

    var testDescription: String { name }

    /// Bodies of a message M, of proto3.
    private static func body(_ name: String, _ writer: String, _ reader: String, _ hindrances: String...) -> Evolution {
        Evolution(
            name: name, reader: "syntax = \"proto3\"; message M { \(reader) } \(more)",
            writer: "syntax = \"proto3\"; message M { \(writer) } \(more)", hindrances: hindrances)
    }

    private static func file(_ name: String, _ writer: String, _ reader: String, _ hindrances: String...) -> Evolution {
        Evolution(
            name: name, reader: "syntax = \"proto3\"; \(reader)", writer: "syntax = \"proto3\"; \(writer)",
            hindrances: hindrances)
    }

    private static func proto2(_ name: String, _ writer: String, _ reader: String, _ hindrances: String...) -> Evolution
    {
        Evolution(
            name: name, reader: "syntax = \"proto2\"; message M { \(reader) }",
            writer: "syntax = \"proto2\"; message M { \(writer) }", hindrances: hindrances)
    }

    /// Types that bodies use.
    private static let more =
        "enum E { ZERO = 0; ONE = 1; } enum F { NIL = 0; } message A { int32 x = 1; } message B {}"

    static let types: [Evolution] = [
        body("int32 to int64", "int32 a = 1;", "int64 a = 1;"),
        body("int64 to int32", "int64 a = 1;", "int32 a = 1;"),
        body("uint32 to bool", "uint32 a = 1;", "bool a = 1;"),
        body("bool to uint64", "bool a = 1;", "uint64 a = 1;"),
        body("int32 to enum", "int32 a = 1;", "E a = 1;"), body("enum to int32", "E a = 1;", "int32 a = 1;"),
        body("enum to enum", "E a = 1;", "F a = 1;"), body("sint32 to sint64", "sint32 a = 1;", "sint64 a = 1;"),
        body("fixed32 to sfixed32", "fixed32 a = 1;", "sfixed32 a = 1;"),
        body("sfixed64 to fixed64", "sfixed64 a = 1;", "fixed64 a = 1;"),
        body("string to bytes", "string a = 1;", "bytes a = 1;"),
        body("bytes to string", "bytes a = 1;", "string a = 1;"),
        body("int32 to sint32", "int32 a = 1;", "sint32 a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("int32 to fixed32", "int32 a = 1;", "fixed32 a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("fixed32 to fixed64", "fixed32 a = 1;", "fixed64 a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("fixed32 to float", "fixed32 a = 1;", "float a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("float to double", "float a = 1;", "double a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("int32 to string", "int32 a = 1;", "string a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("enum to string", "E a = 1;", "string a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body("int32 to message", "int32 a = 1;", "A a = 1;", "FIELD_KIND_CHANGED #/M/1"),
        body("message to bytes", "A a = 1;", "bytes a = 1;", "FIELD_KIND_CHANGED #/M/1"),
        body("message to another", "A a = 1;", "B a = 1;", "FIELD_NAMED_TYPE_CHANGED #/M/1"),
        body("map to its entries", "map<int32, A> a = 1;", "repeated A a = 1;", "FIELD_KIND_CHANGED #/M/1"),
        body("a number to a map", "int32 a = 1;", "map<int32, A> a = 1;", "FIELD_KIND_CHANGED #/M/1"),
        body("a map's values", "map<int32, string> a = 1;", "map<int64, bytes> a = 1;"),
        body(
            "a map's values to a number", "map<int32, string> a = 1;", "map<int32, int32> a = 1;",
            "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        body(
            "a map's keys", "map<int32, string> a = 1;", "map<string, string> a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"
        ),
        body("a map's message", "map<int32, A> a = 1;", "map<int32, B> a = 1;", "FIELD_NAMED_TYPE_CHANGED #/M/1"),
        body("a map's message to a number", "map<int32, A> a = 1;", "map<int32, E> a = 1;", "FIELD_KIND_CHANGED #/M/1"),
    ]

    static let fields: [Evolution] = [
        body("the same", "int32 a = 1; string b = 2;", "int32 a = 1; string b = 2;"),
        body("a field added", "int32 a = 1;", "int32 a = 1; string b = 2;"),
        body("a field removed", "int32 a = 1; string b = 2;", "int32 a = 1;"),
        body("a field renamed", "int32 a = 1;", "int32 b = 1;"),
        body("a field renumbered", "int32 a = 1;", "int32 a = 2;"),
        body("order and names of fields", "int32 a = 1; string b = 2;", "string c = 2; int32 d = 1;"),
        body("presence", "int32 a = 1;", "optional int32 a = 1;"),
        body("string to repeated", "string a = 1;", "repeated string a = 1;"),
        body("repeated bytes to one", "repeated bytes a = 1;", "bytes a = 1;"),
        body("message to repeated", "A a = 1;", "repeated A a = 1;"),
        body("int32 to repeated", "int32 a = 1;", "repeated int32 a = 1;", "FIELD_NUMERIC_LABEL_CHANGED #/M/1"),
        body("repeated enum to one", "repeated E a = 1;", "E a = 1;", "FIELD_NUMERIC_LABEL_CHANGED #/M/1"),
        body(
            "string to repeated int32", "string a = 1;", "repeated int32 a = 1;", "FIELD_SCALAR_KIND_CHANGED #/M/1"),
        proto2("a required field added", "", "required int32 a = 1;", "REQUIRED_FIELD_ADDED #/M/1"),
        proto2("a required field removed", "required int32 a = 1;", "", "REQUIRED_FIELD_REMOVED #/M/1"),
        proto2("required to optional", "required int32 a = 1;", "optional int32 a = 1;"),
        proto2("an optional field added", "", "optional int32 a = 1;"),
        proto2("a default changed", "optional int32 a = 1 [default = 1];", "optional int32 a = 1 [default = 2];"),
        proto2(
            "a group to a message", "optional group G = 1 {}", "message G {} optional G g = 1;",
            "FIELD_KIND_CHANGED #/M/1"),
        proto2(
            "a group's field", "optional group G = 1 { optional int32 a = 1; }",
            "optional group G = 1 { optional string a = 1; }", "FIELD_SCALAR_KIND_CHANGED #/M/G/1"),
        proto2("extensions", "extensions 10 to 20;", "extensions 10 to 20; extend M { optional int32 a = 11; }"),
        proto2(
            "several", "required int32 a = 1; optional string b = 2; repeated int32 c = 3;",
            "optional int32 b = 2; optional int32 c = 3; required int32 d = 4;", "FIELD_SCALAR_KIND_CHANGED #/M/2",
            "FIELD_NUMERIC_LABEL_CHANGED #/M/3", "REQUIRED_FIELD_ADDED #/M/4", "REQUIRED_FIELD_REMOVED #/M/1"),
    ]

    static let oneofs: [Evolution] = [
        body("a field into a new oneof", "int32 a = 1;", "oneof o { int32 a = 1; int32 b = 2; }"),
        body(
            "two fields into a new oneof", "int32 a = 1; int32 b = 2;", "oneof o { int32 a = 1; int32 b = 2; }",
            "MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o"),
        body(
            "a field into a oneof that was there", "int32 a = 1; oneof o { int32 b = 2; }",
            "oneof o { int32 a = 1; int32 b = 2; }", "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"),
        body(
            "a field into a oneof that is renamed", "int32 a = 1; oneof o { int32 b = 2; }",
            "oneof p { int32 a = 1; int32 b = 2; }", "FIELD_MOVED_TO_EXISTING_ONEOF #/M/p"),
        body("a new field in a oneof", "oneof o { int32 a = 1; }", "oneof o { int32 a = 1; int32 b = 2; }"),
        body(
            "a field of a oneof removed", "oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; }",
            "ONEOF_FIELD_REMOVED #/M/o/2"),
        body(
            "a field out of a oneof", "oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; } int32 b = 2;",
            "ONEOF_FIELD_REMOVED #/M/o/2"),
        body("a oneof removed", "oneof o { int32 a = 1; int32 b = 2; } int32 c = 3;", "int32 c = 3;"),
        body("a oneof renamed", "oneof o { int32 a = 1; }", "oneof p { int32 a = 1; }"),
        body(
            "proto3's optional is no oneof", "int32 a = 1; int32 b = 2;", "optional int32 a = 1; optional int32 b = 2;"),
        body(
            "a type within a oneof", "oneof o { int32 a = 1; }", "oneof o { string a = 1; }",
            "FIELD_SCALAR_KIND_CHANGED #/M/1"),
    ]

    static let messages: [Evolution] = [
        file("a message added", "message M {}", "message M {} message N {}"),
        file("a message removed", "message M {} message N { message O {} }", "message M {}", "MESSAGE_REMOVED #/N"),
        file("a nested message removed", "message M { message N {} }", "message M {}", "MESSAGE_REMOVED #/M/N"),
        file("a message renamed", "message M {}", "message N {}", "MESSAGE_REMOVED #/M"),
        file("messages in another order", "message M {} message N {}", "message N {} message M {}"),
        file(
            "a message moved within another", "message M {} message N {}", "message M { message N {} }",
            "MESSAGE_REMOVED #/N"),
        file(
            "a nested message's field", "message M { message N { int32 a = 1; } }",
            "message M { message N { string a = 1; } }", "FIELD_SCALAR_KIND_CHANGED #/M/N/1"),
        file("an enum added", "message M {}", "message M {} enum E { A = 0; }"),
        file("an enum removed", "message M {} enum E { A = 0; }", "message M {}"),
        file("an enum's value renamed", "message M {} enum E { A = 0; }", "message M {} enum E { B = 0; }"),
        file("an enum's value removed", "message M {} enum E { A = 0; B = 1; }", "message M {} enum E { A = 0; }"),
        file("the package changed", "package a; message M {}", "package b; message M {}", "PACKAGE_CHANGED #/"),
        file("a package added", "message M { M m = 1; }", "package b; message M { M m = 1; }", "PACKAGE_CHANGED #/"),
        file(
            "a type by another name", "package a; message M { N n = 1; message N {} }",
            "package a; message M { .a.M.N n = 1; message N {} }"),
        Evolution(
            name: "the syntax changed", reader: "syntax = \"proto3\"; message M { int32 a = 1; }",
            writer: "syntax = \"proto2\"; message M { optional int32 a = 1; }", hindrances: []),
    ]

    private static func imported(
        _ name: String, _ writer: String, _ reader: String, _ hindrances: String..., own: String = "b.N"
    ) -> Evolution {
        Evolution(
            name: name, reader: "syntax = \"proto3\"; import \"r.proto\"; message M { \(own) n = 1; }",
            writer: "syntax = \"proto3\"; import \"w.proto\"; message M { a.N n = 1; }",
            readerReferences: ["r.proto": "syntax = \"proto3\"; package b; \(reader)"],
            writerReferences: ["w.proto": "syntax = \"proto3\"; package a; \(writer)"], hindrances: hindrances)
    }

    static let imports: [Evolution] = [
        imported("an imported message of another package", "message N { int32 a = 1; }", "message N { int64 a = 1; }"),
        imported(
            "an imported message that has changed", "message N { int32 a = 1; }", "message N { string a = 1; }",
            "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_SCALAR_KIND_CHANGED #/N/1"),
        imported(
            "an imported message behind another", "message N { O o = 2; } message O { int32 a = 1; }",
            "message N { O o = 2; } message O { string a = 1; }", "FIELD_NAMED_TYPE_CHANGED #/M/1",
            "FIELD_NAMED_TYPE_CHANGED #/N/2", "FIELD_SCALAR_KIND_CHANGED #/O/1"),
        imported(
            "imported messages within each other", "message N { N n = 1; O o = 2; } message O { N n = 1; }",
            "message N { N n = 1; O o = 2; } message O { N n = 1; }"),
        imported(
            "imported messages that are not used", "message N {} message O { int32 a = 1; }", "message N {}"),
        Evolution(
            name: "a message moved from an import",
            reader: "syntax = \"proto3\"; message M { N n = 1; } message N { int32 a = 1; }",
            writer: "syntax = \"proto3\"; import \"w.proto\"; message M { a.N n = 1; }",
            writerReferences: ["w.proto": "syntax = \"proto3\"; package a; message N { int32 a = 1; }"],
            hindrances: []),
        Evolution(
            name: "a message moved into an import",
            reader: "syntax = \"proto3\"; import \"r.proto\"; message M { b.N n = 1; }",
            writer: "syntax = \"proto3\"; message M { N n = 1; } message N { int32 a = 1; }",
            readerReferences: ["r.proto": "syntax = \"proto3\"; package b; message N { int32 a = 1; }"],
            hindrances: ["MESSAGE_REMOVED #/N"]),
    ]

    static let all = types + fields + oneofs + messages + imports
}
