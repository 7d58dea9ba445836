import Avro
import Bytes
import Foundation
import JSON
import TestBrokers

/// Schemas with values, as files of lines of JSON for programs that are not ours.
enum OraclePairs {
    struct Pair {
        let text: JSONValue
        let schema: AvroSchema
        let tagged: JSONValue
        let plain: JSONValue
    }

    static func make(_ count: Int, seed: UInt64) throws -> [Pair] {
        var generator = SchemaGenerator(seed: seed)
        var pairs: [Pair] = []
        while pairs.count < count {
            let (text, types) = generator.schema()
            let schema = try AvroSchema(text.text)
            var values = ValueGenerator(seed: generator.random.next(), types: types)
            for _ in 0..<2 {
                let value = values.value(text)
                pairs.append(Pair(text: text, schema: schema, tagged: value.tagged, plain: value.plain))
            }
        }
        return pairs
    }

    static func encode(
        _ value: JSONValue, _ schema: AvroSchema, _ options: AvroJSONOptions = AvroJSONOptions()
    ) throws -> [UInt8] {
        try encode(text: value.text, schema, options)
    }

    static func encode(
        text: String, _ schema: AvroSchema, _ options: AvroJSONOptions = AvroJSONOptions()
    ) throws -> [UInt8] {
        var output: [UInt8] = []
        let text = Array(text.utf8)
        try AvroEncoder(schema, options: options).encode(text.span, with: JSONParser(), to: &output)
        return output
    }

    static func decode(
        _ bytes: [UInt8], _ schema: AvroSchema, _ options: AvroJSONOptions = AvroJSONOptions()
    ) throws -> JSONValue {
        var output: [UInt8] = []
        try AvroDecoder(schema, options: options).decode(bytes.span, to: &output)
        return try JSONValue.parse(output.span, maximumDepth: 512)
    }

    /// Runs a program over lines of JSON and gives the lines it answers.
    static func ask(_ lines: [JSONValue], _ program: (_ input: String, _ output: String) async throws -> Void)
        async throws -> [JSONValue]
    {
        let folder = try TestEnvironment.makeFolder("avro")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (input, output) = (folder + "/questions", folder + "/answers")
        try Data(lines.map(\.text).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: input))
        try await program(input, output)
        let text = try Data(contentsOf: URL(fileURLWithPath: output))
        return try text.split(separator: UInt8(ascii: "\n")).map { line in
            let bytes = Array(line)
            return try JSONValue.parse(bytes.span, maximumDepth: 512)
        }
    }
}

extension JSONValue {
    /// Whether two values are the same, numbers as far as a float tells them apart.
    func isNearly(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isNearly($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { right[$0.key].map($0.value.isNearly) ?? false }
        case (.number(let left), _):
            other.numberValue.map { $0 == left || Float($0) == Float(left) } ?? false
        case (_, .number(let right)):
            numberValue.map { $0 == right || Float($0) == Float(right) } ?? false
        default: self == other
        }
    }
}
