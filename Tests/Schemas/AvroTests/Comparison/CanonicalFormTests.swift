import Avro
import Bytes
import Testing

@Suite("Canonical form and fingerprints")
struct CanonicalFormTests {
    static let forms: [(schema: String, form: String)] = [
        (#""null""#, #""null""#), (#"{"type":"boolean"}"#, #""boolean""#),
        (#"{ "type" : "long" , "logicalType":"date", "doc":"x" }"#, #""long""#),
        ("[ ]", "[]"), (#"["null", {"type":"int"}]"#, #"["null","int"]"#),
        (#"{"items":{"type":"null"}, "type":"array", "x":1}"#, #"{"type":"array","items":"null"}"#),
        (#"{"values":"string","type":"map"}"#, #"{"type":"map","values":"string"}"#),
        (
            #"{"fields":[{"type":{"type":"boolean"},"name":"f","default":true,"doc":"d","order":"ignore","aliases":["g"]}],"type":"record","name":"foo","aliases":["a"]}"#,
            #"{"name":"foo","type":"record","fields":[{"name":"f","type":"boolean"}]}"#
        ),
        (
            #"{"type":"error","name":"foo","namespace":"x.y","fields":[]}"#,
            #"{"name":"x.y.foo","type":"record","fields":[]}"#
        ),
        (
            #"{"type":"enum","name":"foo","namespace":"x.y","symbols":["A","B"],"default":"A"}"#,
            #"{"name":"x.y.foo","type":"enum","symbols":["A","B"]}"#
        ),
        (#"{"size":15,"type":"fixed","name":"foo"}"#, #"{"name":"foo","type":"fixed","size":15}"#),
        (
            #"{"type":"record","name":"PigValue","namespace":"org.apache.avro.data","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}"#,
            #"{"name":"org.apache.avro.data.PigValue","type":"record","fields":[{"name":"value","type":["null","int","long","org.apache.avro.data.PigValue"]}]}"#
        ),
        (
            #"{"type":"record","name":"a.R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"g","type":{"type":"array","items":"F"}}]}"#,
            #"{"name":"a.R","type":"record","fields":[{"name":"f","type":{"name":"a.F","type":"fixed","size":1}},{"name":"g","type":{"type":"array","items":"a.F"}}]}"#
        ),
    ]

    @Test("what does not count for reading is left out, the rest is always written the same", arguments: forms)
    func form(schema: String, form: String) throws {
        let canonical = try AvroSchema(schema).canonicalForm
        #expect(canonical == form)
        #expect(try AvroSchema(canonical).canonicalForm == canonical)
    }

    /// From Avro's own test data (share/test/data/schema-tests.txt), as signed numbers.
    static let fingerprints: [(schema: String, crc: Int64)] = [
        (#""null""#, 7_195_948_357_588_979_594), (#""boolean""#, -6_970_731_678_124_411_036),
        (#""int""#, 8_247_732_601_305_521_295),
        (#""long""#, -3_434_872_931_120_570_953), (#""float""#, 5_583_340_709_985_441_680),
        (#""double""#, -8_181_574_048_448_539_266),
        (#""bytes""#, 5_746_618_253_357_095_269), (#""string""#, -8_142_146_995_180_207_161),
        ("[]", -1_241_056_759_729_112_623),
        (#"[ "int"  ]"#, -5_232_228_896_498_058_493), (#"[ "int" , {"type":"boolean"} ]"#, 5_392_556_393_470_105_090),
        (#"{"fields":[], "type":"record", "name":"foo"}"#, -4_824_392_279_771_201_922),
    ]

    @Test("the CRC is the published one", arguments: fingerprints)
    func crc(schema: String, crc: Int64) throws {
        #expect(Int64(bitPattern: AvroFingerprint.crc64(of: try AvroSchema(schema))) == crc)
    }

    @Test("MD5 and SHA-256 are those of the canonical form")
    func digests() throws {
        let schema = try AvroSchema(#"{"type":"int"}"#)
        let md5 = AvroFingerprint.md5(of: schema)
        let sha = AvroFingerprint.sha256(of: schema)
        let texts = [Hex.text(md5.span), Hex.text(sha.span)]
        #expect(
            texts == [
                "ef524ea1b91e73173d938ade36c1db32",
                "3f2b87a9fe7cc9b13835598c3981cd45e3e355309e5090aa0933d7becb6fba45",
            ])
    }
}
