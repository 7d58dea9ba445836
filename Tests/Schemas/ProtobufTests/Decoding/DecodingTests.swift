import Bytes
import JSON
import Protobuf
import Testing

@Suite("Decoding")
struct DecodingTests {
    private static func decode(
        _ hex: String, _ message: ProtobufMessage, _ options: ProtobufJSONOptions = ProtobufJSONOptions()
    ) throws -> String {
        let digits = Array(hex.utf8)
        var output: [UInt8] = []
        let decoded = Hex.decode(digits.span)
        let bytes = try #require(decoded)
        try ProtobufDecoder(message, options: options).decode(bytes.span, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("bytes are read as the specification has it", arguments: WireCase.all)
    func reads(wire: WireCase) throws {
        #expect(try Self.decode(wire.hex, Samples.all()) == wire.json)
    }
    @Test("closed enums have no other numbers: what has one is as good as unknown")
    func closed() throws {
        let message = try Samples.message()
        #expect(
            try Self.decode(
                "0801" + "1803" + "2001200320022203010302" + "4a050a01611005" + "4a050a01621001" + "500150075a0178",
                message)
                == #"{"id":1,"es":["ONE","TWO","ONE","TWO"],"byString":{"b":"SOME"},"pickS":"x"}"#)
        #expect(try Self.decode("5a01785007", message) == #"{"pickS":"x"}"#)
        #expect(try Self.decode("1802", message) == #"{"e":"TWO"}"#)
        #expect(try Self.decode("4a050a01611005", message) == "{}")
    }

    @Test("options: names of the source, defaults shown")
    func options() throws {
        let schema = try ProtobufSchema(
            """
            syntax = "proto3";
            message M {
              int32 an_int = 1; string a_text = 2; repeated bool flags = 3; map<string, M> by_name = 4; M inner = 5;
              optional int32 maybe = 6; oneof o { int32 pick_me = 7; } E e = 8; double d = 9; int64 long = 10; bytes b = 11;
            }
            enum E { NOTHING = 0; }
            """)
        let message = try #require(schema.firstMessage)
        #expect(
            try Self.decode(
                "080122030a0161", message,
                .init(keepsFieldNames: true))
                == #"{"an_int":1,"by_name":{"a":{}}}"#)
        #expect(
            try Self.decode("3000", message, .init(showsDefaults: true))
                == #"{"anInt":0,"aText":"","flags":[],"byName":{},"maybe":0,"e":"NOTHING","d":0.0,"long":"0","b":""}"#)
    }

    @Test(
        "bytes that are no message are refused, with the place",
        arguments: [
            ("18", "truncated", 1), ("1896", "truncated", 2), ("7205ff", "truncated", 2), ("4d0000", "truncated", 1),
            ("18ffffffffffffffffffff01", "badNumber", 10), ("00", "badTag", 0), ("0e", "badTag", 0),
            ("0f", "badTag", 0),
            ("80808080801001", "badTag", 0), ("1c", "badGroup", 1), ("fb3f", "truncated", 2), ("fb3f1c", "badGroup", 2),
            ("7201ff", "badText", 2), ("8a01021896", "truncated", 5), ("92010296", "truncated", 3),
        ])
    func refused(hex: String, rule: String, offset: Int) throws {
        let message = try Samples.all()
        let error = #expect(throws: ProtobufDecodingError.self) { try Self.decode(hex, message) }
        #expect(error?.rule.rawValue == rule && error?.offset == offset, "\(error as Any)")
    }

    @Test("values that have no JSON are refused, with their place in the JSON")
    func noJSON() throws {
        let message = try Samples.all()
        func error(_ hex: String) -> ProtobufDecodingError? {
            #expect(throws: ProtobufDecodingError.self) { try Self.decode(hex, message) }
        }
        // A timestamp in the year 10000; a duration with two signs; a field mask that has no lowerCamelCase.
        #expect(error("d202070880dbe5f0b547")?.rule == .badValue)
        #expect(error("a2020d080110ffffffffffffffffff01")?.rule == .badValue)
        #expect(error("b202040a02615f")?.rule == .badValue)
        // NaN in a Value, within a list and within a message.
        let inList = error("ca020b0a0911000000000000f87f")
        #expect(inList?.rule == .badValue && inList?.pointer.description == "/list/0")
        let inMessage = error("8a010cc2020911000000000000f87f")
        #expect(inMessage?.rule == .badValue && inMessage?.pointer.description == "/all/value")
        // An Any of a type that nobody knows.
        #expect(error("9a02070a05612f622e43")?.rule == .unknownType)
    }

    @Test("more than the limits allow is refused, and nothing is written")
    func limits() throws {
        let message = try Samples.all()
        func rule(_ json: String, _ change: (inout ProtobufDecodingLimits) -> Void) throws -> ProtobufDecodingError
            .Rule?
        {
            var limits = ProtobufDecodingLimits()
            change(&limits)
            let bytes = try Codec.encode(json, message)
            var output: [UInt8] = [1]
            do throws(ProtobufDecodingError) {
                try ProtobufDecoder(message, limits: limits).decode(bytes.span, to: &output)
                return nil
            } catch {
                #expect(output == [1])
                return error.rule
            }
        }
        #expect(try rule(#"{"packed":[1,2,3]}"#) { $0.elements = 3 } == .tooManyElements)
        #expect(try rule(#"{"packed":[1,2,3]}"#) { $0.elements = 4 } == nil)
        #expect(try rule(#"{"unpacked":[1,2,3]}"#) { $0.elements = 2 } == .tooManyElements)
        #expect(try rule(#"{"string":"abcdef"}"#) { $0.outputBytes = 10 } == .tooLarge)
        #expect(try rule(#"{"all":{"all":{}}}"#) { $0.depth = 2 } == .tooDeep)
        #expect(try rule(#"{"all":{"all":{}}}"#) { $0.depth = 3 } == nil)
        #expect(try rule(#"{"byUint64":{"1":{}}}"#) { $0.depth = 2 } == .tooDeep)
    }
}
