import Bytes
import Protobuf
import Testing

@Suite("Schemas")
struct SchemaParsingTests {
    @Test("proto3 and proto2 are read, with messages in the order of the source")
    func reads() throws {
        let schema = try ProtobufSchema(
            """
            syntax = "proto3";
            package a.b;
            // A comment.
            message First {
              message Inner { message Deep {} }
              map<string, int32> counts = 1;
              message Second {}
              string name = 2;
              repeated Inner inner = 4 [json_name = "custom"];
            }
            enum E { ZERO = 0; }
            message Last { E e = 1; }
            """)
        #expect(schema.packageName == "a.b")
        #expect(
            schema.messages.map(\.fullName) == [
                "a.b.First", "a.b.First.Inner", "a.b.First.Inner.Deep", "a.b.First.Second", "a.b.Last",
            ])
        let first = try #require(schema.firstMessage)
        #expect(first.fullName == "a.b.First")
        #expect(first.fields.map(\.name) == ["counts", "name", "inner"])
        #expect(first.fields.map(\.jsonName) == ["counts", "name", "custom"])
        #expect(first.fields.map(\.number) == [1, 2, 4])
        #expect(first.fields[0].isMap && first.fields[2].isRepeated)
        #expect(first.fields[2].typeName == "a.b.First.Inner")
        #expect(schema.message(named: "a.b.Last")?.fields[0].typeName == "a.b.E")
    }

    @Test("indexes lead to messages and back, maps' entries and groups left out")
    func indexes() throws {
        let schema = try ProtobufSchema(
            """
            syntax = "proto2";
            message A {
              map<string, int32> m = 1;
              optional group G = 2 { optional int32 x = 1; }
              message B {}
              message C { message D {} }
            }
            message E {}
            """)
        #expect(
            schema.messages.map { "\($0.fullName) \($0.indexes ?? [])" } == [
                "A [0]", "A.B [0, 0]", "A.C [0, 1]", "A.C.D [0, 1, 0]", "E [1]",
            ])
        for message in schema.messages {
            #expect(try schema.message(at: #require(message.indexes))?.fullName == message.fullName)
        }
        for wrong in [[], [2], [-1], [0, 2], [0, 1, 0, 0]] { #expect(schema.message(at: wrong) == nil) }
        #expect(schema.message(named: "A.MEntry") == nil)
        #expect(schema.message(named: "A.G")?.indexes == nil)
    }

    @Test("references are found by the path of the import, Google's and Confluent's files without one")
    func references() throws {
        let schema = try ProtobufSchema(
            """
            syntax = "proto3";
            import "x/other.proto";
            import "google/protobuf/timestamp.proto";
            import "google/protobuf/descriptor.proto";
            import "google/protobuf/api.proto";
            import "google/protobuf/type.proto";
            import "google/protobuf/source_context.proto";
            import "confluent/meta.proto";
            import "confluent/type/decimal.proto";
            message M {
              option (confluent.message_meta).doc = "about it";
              o.Other other = 1;
              google.protobuf.Timestamp at = 2;
              confluent.type.Decimal price = 3 [(confluent.field_meta) = { params: [{ key: "precision", value: "9" }] }];
            }
            """,
            references: [
                "x/other.proto":
                    #"syntax = "proto2"; package o; import public "y.proto"; message Other { optional Y y = 1; }"#,
                "y.proto": #"package o; message Y {}"#, "unused.proto": "not looked at",
            ])
        #expect(schema.messages.map(\.fullName) == ["M"])
        #expect(schema.message(named: "o.Y") != nil && schema.message(named: "o.Y")?.indexes == nil)
        #expect(schema.message(named: "M")?.fields[1].typeName == "google.protobuf.Timestamp")
    }

    @Test("Google's common types are known without a reference, unless one is given")
    func commonTypes() throws {
        let names = [
            "calendar_period", "color", "date", "datetime", "dayofweek", "decimal", "expr", "fraction", "interval",
            "latlng", "localized_text", "money", "month", "phone_number", "postal_address", "quaternion", "timeofday",
        ]
        let imports = names.map { "import \"google/type/\($0).proto\";" }.joined()
        let text = "syntax = \"proto3\"; \(imports) message M { google.type.Money price = 1; }"
        let schema = try ProtobufSchema(text)
        #expect(schema.message(named: "google.type.Money")?.fields.map(\.name) == ["currency_code", "units", "nanos"])
        let own = "syntax = \"proto3\"; package google.type; message Money { string all = 1; }"
        let other = try ProtobufSchema(text, references: ["google/type/money.proto": own])
        #expect(other.message(named: "google.type.Money")?.fields.map(\.name) == ["all"])
    }

    @Test("a descriptor in base 64 is the same schema as its source")
    func descriptor() throws {
        // protoc --descriptor_set_out, without the set: file "m.proto", message M { string name = 1; }, proto3.
        let descriptor: [UInt8] =
            [0x0a, 7] + Array("m.proto".utf8) + [0x22, 0x17, 0x0a, 1] + Array("M".utf8)
            + [0x12, 0x12, 0x0a, 4] + Array("name".utf8)
            + [0x18, 1, 0x20, 1, 0x28, 9, 0x52, 4] + Array("name".utf8) + [0x62, 6] + Array("proto3".utf8)
        let schema = try ProtobufSchema(Base64.text(descriptor.span))
        let source = try ProtobufSchema(#"syntax = "proto3"; message M { string name = 1; }"#)
        #expect(schema.canonicalText == source.canonicalText)
        #expect(schema.firstMessage?.fields.map(\.name) == ["name"])
    }

    @Test("comments and form do not change the canonical text; what is defined does")
    func canonical() throws {
        let text = try ProtobufSchema(#"syntax = "proto3"; message M { string a = 1; repeated int32 b = 2; }"#)
        let other = try ProtobufSchema(
            """
            syntax = 'proto3' ;
            /* about it */
            message M {
                // a
                string a=1;

                repeated int32 b=0x2;
            }
            """)
        #expect(text.canonicalText == other.canonicalText)
        #expect(try ProtobufSchema(text.canonicalText).canonicalText == text.canonicalText)
        let changed = try ProtobufSchema(#"syntax = "proto3"; message M { string a = 1; repeated int32 c = 2; }"#)
        #expect(text.canonicalText != changed.canonicalText)
    }

    @Test("a schema may have no message")
    func empty() throws {
        let schema = try ProtobufSchema(#"syntax = "proto3"; enum E { A = 0; }"#)
        #expect(schema.messages.isEmpty && schema.firstMessage == nil)
        #expect(try ProtobufSchema("").firstMessage == nil)
    }
}
