internal import Bytes
internal import JSON
internal import JSONSchema

enum JSONSchemaBenchmarks {
    /// The order of the Avro benchmarks, as strict as its schema there and a little stricter.
    static let schema = #"""
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
         "required": ["id", "customer_id", "created_at", "status", "currency", "total", "address", "lines"],
         "additionalProperties": false,
         "properties": {
          "id": {"type": "string", "minLength": 36, "maxLength": 36},
          "customer_id": {"type": "integer", "minimum": 1},
          "created_at": {"type": "integer", "minimum": 0},
          "status": {"enum": ["NEW", "PAID", "SENT", "BACK"]},
          "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
          "total": {"type": "number", "minimum": 0},
          "discount": {"type": ["number", "null"]},
          "express": {"type": "boolean"},
          "address": {"$ref": "#/$defs/address"},
          "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
          "comment": {"type": "string", "maxLength": 1000},
          "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
          "attributes": {"type": "object", "additionalProperties": {"type": "string"}}},
         "$defs": {
          "address": {"type": "object", "required": ["name", "street", "city", "zip", "country"],
           "properties": {"name": {"type": "string"}, "street": {"type": "string"}, "city": {"type": "string"},
            "zip": {"type": "string"}, "country": {"type": "string", "minLength": 2, "maxLength": 2},
            "note": {"type": ["string", "null"]}}},
          "line": {"type": "object", "required": ["sku", "title", "quantity", "price", "tax"],
           "properties": {"sku": {"type": "string"}, "title": {"type": "string"},
            "quantity": {"type": "integer", "minimum": 1}, "price": {"type": "number"},
            "tax": {"type": "number", "minimum": 0, "maximum": 1}}}}}
        """#

    static func all() throws -> [Benchmark] {
        let schema = try JSONSchema(compiling: Array(schema.utf8).span)
        let document = AvroBenchmarks.document { _, value in value }
        let shuffled = AvroBenchmarks.document(union: { _, value in value }, shuffled: true)
        let parser = JSONParser()
        let tree = try parser.value(document.span)
        return [
            Benchmark(name: "json: a tree of values", bytes: document.count) {
                do { _ = try parser.value(document.span) } catch { fatalError("\(error)") }
            },
            validating("json schema: validate", schema, document, parser),
            validating("json schema: validate, members in reverse", schema, shuffled, parser),
            Benchmark(name: "json schema: validate a tree of values", bytes: document.count) {
                do { try schema.validate(tree) } catch { fatalError("\(error)") }
            },
        ]
    }

    private static func validating(
        _ name: String, _ schema: JSONSchema, _ document: [UInt8], _ parser: JSONParser
    ) -> Benchmark {
        Benchmark(name: name, bytes: document.count) {
            do {
                if let failure = try schema.validate(document.span, with: parser) { fatalError("\(failure)") }
            } catch { fatalError("\(error)") }
        }
    }
}
