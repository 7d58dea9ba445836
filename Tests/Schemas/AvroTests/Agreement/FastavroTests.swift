import Avro
import Bytes
import Foundation
import JSON
import TestBrokers
import TestRandom
import Testing

/// fastavro shares no line with this codec: what it writes must be the same bytes, what it reads the same values.
@Suite("Agreement with fastavro", .enabled(if: Fastavro.isThere, "needs fastavro: run scripts/prepare test"))
struct FastavroTests {
    /// Reads questions {schema, json, hex}; answers what fastavro writes for the JSON, what it reads from the bytes (as
    /// plain JSON), the canonical form and the fingerprints. Logical types are taken out: they change what Python sees.
    private static let script = """
        import sys, json, io
        import fastavro
        from fastavro.schema import to_parsing_canonical_form, fingerprint
        source, target = sys.argv[1:3]
        sys.setrecursionlimit(10000)

        def bare(schema):
            if isinstance(schema, list): return [bare(branch) for branch in schema]
            if isinstance(schema, dict): return {k: bare(v) for k, v in schema.items() if k != "logicalType"}
            return schema

        def label(schema):
            if isinstance(schema, dict): return schema.get("name") or schema["type"]
            return schema

        # Tagged JSON to what fastavro writes: a branch is a pair of its name and the value.
        def given(schema, value, names):
            if isinstance(schema, list):
                if value is None: return None
                (tag, inner), = value.items()
                branch = [b for b in schema if label(b) == tag][0]
                return (tag, given(branch, inner, names))
            kind = schema["type"] if isinstance(schema, dict) else schema
            if kind in names: schema = names[kind]; kind = schema["type"]
            if kind == "record":
                return {f["name"]: given(f["type"], value[f["name"]], names) for f in schema["fields"]}
            if kind == "array": return [given(schema["items"], item, names) for item in value]
            if kind == "map": return {k: given(schema["values"], item, names) for k, item in value.items()}
            if kind in ("bytes", "fixed"): return value.encode("iso-8859-1")
            if kind in ("float", "double"): return float(value)
            return value

        def plain(value):
            if isinstance(value, bytes): return value.decode("iso-8859-1")
            if isinstance(value, list): return [plain(item) for item in value]
            if isinstance(value, dict): return {k: plain(item) for k, item in value.items()}
            return value

        with open(source, encoding="utf-8") as lines, open(target, "w") as answers:
            for line in lines:
                question = json.loads(line)
                names = {}
                schema = fastavro.parse_schema(bare(question["schema"]), names)
                data = io.BytesIO()
                fastavro.schemaless_writer(data, schema, given(schema, question["json"], names))
                read = fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(question["hex"])), schema)
                form = to_parsing_canonical_form(question["schema"])
                print(json.dumps({"hex": data.getvalue().hex(), "read": plain(read), "form": form,
                    "marks": [fingerprint(form, kind) for kind in ("CRC-64-AVRO", "md5", "sha256")]}), file=answers)
        """

    @Test("12,000 values of 6,000 schemas are written as the same bytes and read as the same values")
    func agrees() async throws {
        let pairs = try OraclePairs.make(12_000, seed: 0xa7c0)
        let written = try pairs.map { try OraclePairs.encode($0.tagged, $0.schema) }
        let questions: [JSONValue] = zip(pairs, written).map { pair, bytes in
            ["schema": pair.text, "json": pair.tagged, "hex": .string(Hex.text(bytes.span))]
        }
        let answers = try await OraclePairs.ask(questions) { try await Python.run(Self.script, [$0, $1]) }
        try #require(answers.count == pairs.count)
        for (index, answer) in answers.enumerated() {
            let pair = pairs[index]
            let digits = Array((answer["hex"]?.stringValue ?? "").utf8)
            let theirs = Hex.decode(digits.span) ?? []
            #expect(written[index] == theirs, "\(pair.text) of \(pair.tagged)")
            let own = try OraclePairs.decode(theirs, pair.schema, AvroJSONOptions(form: .simpleJSON))
            #expect(answer["read"]?.isNearly(own) == true, "\(pair.text): \(own)")
            let tagged = try OraclePairs.decode(theirs, pair.schema)
            #expect(tagged.isNearly(pair.tagged), "\(pair.text): \(tagged)")
            #expect(answer["form"]?.stringValue == pair.schema.canonicalForm, "\(pair.text)")
            #expect(answer["marks"] == Self.marks(pair.schema), "\(pair.text)")
        }
    }

    private static func marks(_ schema: AvroSchema) -> JSONValue {
        // fastavro writes the number's bytes in little-endian order.
        let crc = AvroFingerprint.crc64(of: schema)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
        let digests = [bytes, AvroFingerprint.md5(of: schema), AvroFingerprint.sha256(of: schema)]
        return .array(digests.map { .string(Hex.text($0.span)) })
    }

    @Test("decimals are the numbers that fastavro reads and writes")
    func decimals() async throws {
        var random = SeededGenerator(seed: 0xdec)
        var questions: [JSONValue] = []
        var cases: [(schema: AvroSchema, text: String)] = []
        for _ in 0..<500 {
            let precision = Int.random(in: 1...40, using: &random)
            let scale = Int.random(in: 0...precision, using: &random)
            var schema: JSONObject = [
                "type": "bytes", "logicalType": "decimal", "precision": .integer(precision), "scale": .integer(scale),
            ]
            if Bool.random(using: &random) {
                schema["type"] = "fixed"
                schema["name"] = "F"
                schema["size"] = 18
            }
            let digits = (0..<Int.random(in: 1...precision, using: &random)).map { _ in
                Character(String(Int.random(in: 0...9, using: &random)))
            }
            var text = String(digits)
            text = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + text
            if scale > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -scale)) }
            if Bool.random(using: &random) { text = "-" + text }
            let compiled = try AvroSchema(JSONValue.object(schema).text)
            let bytes = try OraclePairs.encode(.string(text), compiled, AvroJSONOptions(decimals: .numbers))
            cases.append((compiled, text))
            questions.append([
                "schema": .object(schema), "text": .string(text), "hex": .string(Hex.text(bytes.span)),
            ])
        }
        let answers = try await OraclePairs.ask(questions) {
            try await Python.run(
                """
                import sys, json, io, decimal, fastavro
                decimal.getcontext().prec = 100
                with open(sys.argv[1]) as lines, open(sys.argv[2], "w") as answers:
                    for line in lines:
                        question = json.loads(line)
                        schema = fastavro.parse_schema(question["schema"])
                        value = decimal.Decimal(question["text"])
                        read = fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(question["hex"])), schema)
                        data = io.BytesIO()
                        fastavro.schemaless_writer(data, schema, value)
                        print(json.dumps({"same": read == value, "text": format(read, "f"), "hex": data.getvalue().hex()}),
                            file=answers)
                """, [$0, $1])
        }
        try #require(answers.count == cases.count)
        for (index, answer) in answers.enumerated() {
            #expect(answer["same"] == true, "\(cases[index].text): \(answer)")
            let digits = Array((answer["hex"]?.stringValue ?? "").utf8)
            let theirs = Hex.decode(digits.span) ?? []
            let shown = try OraclePairs.decode(theirs, cases[index].schema, AvroJSONOptions(decimals: .numbers))
            let text = answer["text"]?.stringValue ?? ""
            // Zero has no sign in Avro.
            #expect(
                shown.stringValue
                    == (text.hasPrefix("-") && !text.contains { "123456789".contains($0) }
                        ? String(text.dropFirst()) : text))
        }
    }
}
