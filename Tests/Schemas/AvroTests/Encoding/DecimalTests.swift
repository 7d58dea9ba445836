import Bytes
import JSON
import Testing

@testable import Avro

@Suite("Decimals as numbers")
struct DecimalTests {
    static let numbers: [(json: String, scale: Int, hex: String, shown: String)] = [
        ("0", 0, "00", "0"), ("0", 2, "00", "0.00"), ("-0.0", 2, "00", "0.00"), ("1", 0, "01", "1"),
        ("127", 0, "7f", "127"),
        ("128", 0, "0080", "128"), ("-128", 0, "80", "-128"), ("-129", 0, "ff7f", "-129"), ("255", 0, "00ff", "255"),
        ("256", 0, "0100", "256"), ("-1", 0, "ff", "-1"), ("12.34", 2, "04d2", "12.34"),
        ("-12.34", 2, "fb2e", "-12.34"),
        ("12.3", 2, "04ce", "12.30"), ("12.3400", 2, "04d2", "12.34"), ("0.01", 2, "01", "0.01"),
        ("-0.01", 2, "ff", "-0.01"),
        ("1e2", 0, "64", "100"), ("1.5E+1", 1, "0096", "15.0"), ("1500e-3", 1, "0f", "1.5"),
        (#""+007.50""#, 2, "02ee", "7.50"),
        (#""-0.5""#, 1, "fb", "-0.5"), ("9223372036854775808", 0, "008000000000000000", "9223372036854775808"),
        ("18446744073709551615", 0, "00ffffffffffffffff", "18446744073709551615"),
        ("123456789012345678901234567890", 0, "018ee90ff6c373e0ee4e3f0ad2", "123456789012345678901234567890"),
        ("0.1234567890123456789012345", 25, "01056e0f36a6443de2df79", "0.1234567890123456789012345"),
    ]

    @Test("the digits that were written are the digits that are kept", arguments: numbers)
    func keeps(json: String, scale: Int, hex: String, shown: String) throws {
        let schema = try AvroSchema(
            #"{"type":"bytes","logicalType":"decimal","precision":40,"scale":\#(scale)}"#)
        let options = AvroJSONOptions(decimals: .numbers)
        let bytes = try OraclePairs.encode(text: json, schema, options)
        let digits = Hex.text(bytes.span.extracting(1..<bytes.count))
        #expect(digits == hex)
        #expect(try OraclePairs.decode(bytes, schema, options) == .string(shown))
    }

    @Test("in a fixed type the sign fills what is left")
    func fixed() throws {
        let schema = try AvroSchema(
            #"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":3}"#)
        let options = AvroJSONOptions(decimals: .numbers)
        #expect(try OraclePairs.encode(text: "-0.001", schema, options) == [0xff, 0xff, 0xff, 0xff])
        #expect(try OraclePairs.encode(text: "999999.999", schema, options) == [0x3b, 0x9a, 0xc9, 0xff])
        #expect(try OraclePairs.decode([0xff, 0xff, 0xff, 0xfe], schema, options) == "-0.002")
    }

    @Test("many digits and none that are longer than anyone needs")
    func long() throws {
        let schema = try AvroSchema(#"{"type":"bytes","logicalType":"decimal","precision":20000}"#)
        let options = AvroJSONOptions(decimals: .numbers)
        let most = String(repeating: "7", count: DecimalReading.mostDigits)
        let bytes = try OraclePairs.encode(text: "\"\(most)\"", schema, options)
        #expect(try OraclePairs.decode(bytes, schema, options) == .string(most))
        #expect(throws: AvroEncodingError.self) { try OraclePairs.encode(text: "\"\(most)7\"", schema, options) }
        let long = [0xc2, 0x06] + [UInt8](repeating: 1, count: DecimalWriting.mostBytes + 1)
        let error = #expect(throws: AvroDecodingError.self) { try OraclePairs.decode(long, schema, options) }
        #expect(error?.rule == .longDecimal)
    }

    @Test("a number in the middle of others is found by its own text")
    func amongOthers() throws {
        let decimal = #"{"type":"bytes","logicalType":"decimal","precision":30,"scale":20}"#
        let schema = try AvroSchema(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"double"},{"name":"b","type":\#(decimal)},{"name":"c","type":{"type":"array","items":\#(decimal)}}]}"#
        )
        let options = AvroJSONOptions(decimals: .numbers)
        let json = #"{"c":[0.10000000000000000001,0.10000000000000000002],"a":0.1,"b":0.10000000000000000003}"#
        let bytes = try OraclePairs.encode(text: json, schema, options)
        #expect(
            try OraclePairs.decode(bytes, schema, options)
                == [
                    "a": 0.1, "b": "0.10000000000000000003", "c": ["0.10000000000000000001", "0.10000000000000000002"],
                ])
    }
}
