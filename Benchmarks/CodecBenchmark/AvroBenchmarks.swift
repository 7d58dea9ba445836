internal import Avro
internal import Bytes
internal import JSON

enum AvroBenchmarks {
    static let schema = #"""
        {"type": "record", "name": "Order", "namespace": "com.example.shop", "fields": [
          {"name": "id", "type": "string"},
          {"name": "customer_id", "type": "long"},
          {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
          {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SENT", "BACK"]}},
          {"name": "currency", "type": "string"},
          {"name": "total", "type": "double"},
          {"name": "discount", "type": ["null", "double"], "default": null},
          {"name": "express", "type": "boolean"},
          {"name": "address", "type": {"type": "record", "name": "Address", "fields": [
            {"name": "name", "type": "string"}, {"name": "street", "type": "string"},
            {"name": "city", "type": "string"}, {"name": "zip", "type": "string"},
            {"name": "country", "type": "string"}, {"name": "note", "type": ["null", "string"], "default": null}]}},
          {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
            {"name": "sku", "type": "string"}, {"name": "title", "type": "string"},
            {"name": "quantity", "type": "int"}, {"name": "price", "type": "double"},
            {"name": "tax", "type": "float"}]}}},
          {"name": "comment", "type": "string"},
          {"name": "tags", "type": {"type": "array", "items": "string"}},
          {"name": "attributes", "type": {"type": "map", "values": "string"}}]}
        """#

    static func document(union: (String, String) -> String, shuffled: Bool = false) -> [UInt8] {
        var members = [
            #""id":"0f8fad5b-d9cb-469f-a165-70867728950e""#, #""customer_id":7042113"#, #""created_at":1718972401123"#,
            #""status":"PAID""#, #""currency":"EUR""#, #""total":249.85"#, #""discount":\#(union("double", "12.5"))"#,
            #""express":true"#,
            #""address":{"name":"Ada Lovelace","street":"12 St James's Square","city":"London","zip":"SW1Y 4JH","country":"GB","note":\#(union("string", "\"Ring twice, please\""))}"#,
            #""lines":[{"sku":"BK-0091","title":"Notes on the Analytical Engine","quantity":1,"price":79.9,"tax":0.07},{"sku":"PN-1127","title":"Fountain pen, fine","quantity":2,"price":54.95,"tax":0.19},{"sku":"IN-0420","title":"Ink, blue-black, 50 ml","quantity":5,"price":12.01,"tax":0.19}]"#,
            #""comment":"Please leave the parcel with the neighbours at number 14 if nobody is at home; the bell is broken.""#,
            #""tags":["gift","returning","newsletter","web"]"#,
            #""attributes":{"channel":"web","campaign":"spring-2024","device":"tablet","referrer":"https://example.com/books?page=3","agent":"Mozilla/5.0 (X11; Linux x86_64; rv:127.0)","session":"c2Vzc2lvbi1pZC0wMDE5"}"#,
        ]
        if shuffled { members.reverse() }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    static func all() throws -> [Benchmark] {
        let schema = try AvroSchema(schema)
        let plain = document { _, value in value }
        let tagged = document { "{\"\($0)\":\($1)}" }
        let shuffled = document(union: { _, value in value }, shuffled: true)
        let parser = JSONParser()
        return [
            Benchmark(name: "simdjson alone", bytes: plain.count) { try? parser.withTape(plain.span) { _ in } },
            try encoding("avro: encode, simple_json", schema, plain, .simpleJSON),
            try encoding("avro: encode, fields in reverse", schema, shuffled, .simpleJSON),
            try encoding("avro: encode, avro_json", schema, tagged, .avroJSON),
            try decoding("avro: decode, simple_json", schema, schema, plain, .simpleJSON),
            try decoding("avro: decode, avro_json", schema, schema, tagged, .avroJSON),
            try decoding("avro: decode, four fields of it", schema, AvroSchema(part), plain, .simpleJSON),
        ]
    }

    /// What a reader wants who wants little.
    static let part = #"""
        {"type": "record", "name": "Order", "namespace": "com.example.shop", "fields": [
          {"name": "id", "type": "string"}, {"name": "customer_id", "type": "double"},
          {"name": "tags", "type": {"type": "array", "items": "string"}},
          {"name": "origin", "type": ["null", "string"], "default": null}]}
        """#

    /// In bytes of JSON of the whole record, as for encoding.
    private static func decoding(
        _ name: String, _ writer: AvroSchema, _ reader: AvroSchema, _ document: [UInt8], _ form: AvroJSONOptions.Form
    ) throws -> Benchmark {
        let options = AvroJSONOptions(form: form)
        var bytes: [UInt8] = []
        try AvroEncoder(writer, options: options).encode(document.span, with: JSONParser(), to: &bytes)
        let decoder = try AvroDecoder(writer: writer, reader: reader, options: options)
        var output: [UInt8] = []
        return Benchmark(name: name, bytes: document.count) { [bytes] in
            output.removeAll(keepingCapacity: true)
            do { try decoder.decode(bytes.span, to: &output) } catch { fatalError("\(error)") }
        }
    }

    private static func encoding(
        _ name: String, _ schema: AvroSchema, _ document: [UInt8], _ form: AvroJSONOptions.Form
    ) throws -> Benchmark {
        let encoder = AvroEncoder(schema, options: AvroJSONOptions(form: form))
        let parser = JSONParser()
        var output: [UInt8] = []
        try encoder.encode(document.span, with: parser, to: &output)
        return Benchmark(name: name, bytes: document.count) {
            output.removeAll(keepingCapacity: true)
            do { try encoder.encode(document.span, with: parser, to: &output) } catch { fatalError("\(error)") }
        }
    }
}
