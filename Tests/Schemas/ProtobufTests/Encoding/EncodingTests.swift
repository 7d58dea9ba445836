import Bytes
import JSON
import Protobuf
import Testing

@Suite("Encoding")
struct EncodingTests {
    private static func hex(_ json: String, _ message: ProtobufMessage) throws -> String {
        let bytes = try Codec.encode(json, message)
        return Hex.text(bytes.span)
    }

    @Test(
        "messages are written as the specification has it",
        arguments: [
            (#"{"int32":150}"#, "189601"), (#"{"int32":-1}"#, "18ffffffffffffffffff01"), (#"{"sint32":-1}"#, "3801"),
            (#"{"string":"testing"}"#, "720774657374696e67"), (#"{"all":{"int32":150}}"#, "8a0103189601"),
            (#"{"packed":[3,270,86942]}"#, "920106038e029ea705"), (#"{"unpacked":[1,2]}"#, "980101980102"),
            (#"{"fixed32":1,"double":1}"#, "09000000000000f03f4d01000000"),
            (#"{"byString":{"a":1}}"#, "c201050a01611001"),
            (#"{"bool":false,"int32":0,"string":"","enum":0,"packed":[]}"#, ""), (#"{"maybe":0}"#, "800200"),
        ])
    func wire(json: String, hex: String) throws {
        #expect(try Self.hex(json, Samples.all()) == hex)
    }

    @Test("fields are written in the order of their numbers, whatever the order of the members")
    func order() throws {
        let message = try Samples.all()
        let texts = [
            #"{"double":1,"int32":5,"string":"a","all":{"int32":1,"bool":true},"maybe":4}"#,
            #"{"maybe":4,"all":{"bool":true,"int32":1},"string":"a","int32":5,"double":1}"#,
            #"{"string":"a","double":1,"maybe":4,"int32":5,"all":{"int32":1,"bool":true}}"#,
        ]
        #expect(Set(try texts.map { try Self.hex($0, message) }).count == 1)
    }

    @Test("lengths of one, two and three bytes", arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 20_000])
    func lengths(count: Int) throws {
        let message = try Samples.all()
        let text = String(repeating: "x", count: count)
        let json: JSONValue = [
            "alls": [["all": ["string": .string(text)]], ["string": .string(text)]],
            "byUint64": ["7": ["maybeText": .string(text)]],
        ]
        let bytes = try Codec.encode(json.text, message)
        let shown = try Codec.decode(bytes, message)
        let expected: JSONValue =
            count > 0
            ? json
            : ["alls": [["all": .object(JSONObject())], .object(JSONObject())], "byUint64": ["7": ["maybeText": ""]]]
        #expect(shown == expected)
    }

    @Test("whole numbers are read exactly, however they are written")
    func exact() throws {
        let message = try Samples.all()
        for text in [
            "9007199254740993", "9007199254740993.0", "9007199254740993000e-3", "0.9007199254740993e16",
            "\"9007199254740993\"", "\"09007199254740993\"", "\"9007199254740993.000\"",
        ] {
            let bytes = try Codec.encode("{\"int64\":\(text)}", message)
            #expect(try Codec.decode(bytes, message).text == #"{"int64":"9007199254740993"}"#, "\(text)")
        }
        for text in ["0e999999999999", "0.000", "-0.0e5", "\"-0\""] {
            #expect(try Codec.encode("{\"int64\":\(text)}", message).isEmpty)
        }
        for text in ["1e99999999999999999999", "1e-99999999999999999999", "1e19", "18446744073709551616e0"] {
            #expect(throws: ProtobufEncodingError.self) { try Codec.encode("{\"int64\":\"\(text)\"}", message) }
        }
    }

    @Test("extensions are read by their full names, groups by theirs in lower case")
    func old() throws {
        let message = try Samples.message()
        let text =
            #"{"id":1,"packed":[1,2],"unpacked":[3,4],"g":{"x":5,"y":true},"h":[{},{"m":{"id":2}}],"[o.number]":9,"[o.texts]":["a"],"[o.Scope.scoped]":"TWO"}"#
        let bytes = try Codec.encode(text, message)
        #expect(
            Hex.text(bytes.span)
                == "08012a020102300330043b080510013c4344430a020802" + "44a00609aa060161b80602")
        #expect(try Codec.decode(bytes, message).text == text)
    }
}
