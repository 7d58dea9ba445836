import Avro
import Bytes
import JSON
import Testing

/// The reference implementation: what it writes must be the same bytes and JSON, what it says of two schemas the same.
@Suite(
    "Agreement with Avro for Java",
    .enabled(if: JavaAvro.isThere, "needs Java, and Avro 1.12 beside the registry of the rig"))
struct JavaAvroTests {
    @Test("12,000 values of 6,000 schemas are written as the same bytes and the same tagged JSON")
    func agrees() async throws {
        let pairs = try OraclePairs.make(12_000, seed: 0x1a7a)
        let written = try pairs.map { try OraclePairs.encode($0.tagged, $0.schema) }
        let answers = try await JavaAvro.ask(
            zip(pairs, written).map { pair, bytes in
                ["schema": pair.text, "json": pair.tagged, "hex": .string(Hex.text(bytes.span))]
            })
        try #require(answers.count == pairs.count)
        for (index, answer) in answers.enumerated() {
            let pair = pairs[index]
            #expect(answer["error"] == nil, "\(pair.text) of \(pair.tagged): \(answer)")
            let bytes = written[index]
            let hex = Hex.text(bytes.span)
            #expect(answer["hex"]?.stringValue == hex, "\(pair.text) of \(pair.tagged)")
            let own = try OraclePairs.decode(written[index], pair.schema)
            // Of what is only records without fields, Java writes nothing.
            let theirs = answer["json"] == "" ? own : try Self.json(answer) ?? .null
            #expect(theirs.isNearly(own), "\(pair.text): \(own), not \(theirs)")
            #expect(answer["form"]?.stringValue == pair.schema.canonicalForm)
            #expect(answer["mark"]?.stringValue == String(AvroFingerprint.crc64(of: pair.schema)))
        }
    }

    private static func json(_ answer: JSONValue) throws -> JSONValue? {
        guard let text = answer["json"]?.stringValue else { return nil }
        return try JSONValue.parse(text: text)
    }

    @Test("10,000 changed schemas read what was written before alike, and the same hinders them")
    func evolves() async throws {
        var mutator = SchemaMutator(seed: 0xe701)
        var questions: [JSONValue] = []
        var cases: [(writer: AvroSchema, reader: AvroSchema, bytes: [UInt8])] = []
        for pair in try OraclePairs.make(24_000, seed: 0xe702) where questions.count < 10_000 {
            var changed = pair.text
            for _ in 0..<10 where changed == pair.text { changed = mutator.mutated(pair.text) }
            // Some have nothing to change, and a change may take away what another place names.
            guard changed != pair.text, let reader = try? AvroSchema(changed.text) else { continue }
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            cases.append((pair.schema, reader, bytes))
            questions.append(["writer": pair.text, "reader": changed, "hex": .string(Hex.text(bytes.span))])
        }
        try #require(cases.count == 10_000)
        let answers = try await JavaAvro.ask(questions)
        try #require(answers.count == cases.count)
        var read = 0
        var hindered = 0
        var elsewhere = 0
        for (index, answer) in answers.enumerated() {
            #expect(answer["error"] == nil, "\(questions[index]): \(answer)")
            let (writer, reader, bytes) = cases[index]
            let hindrances = try reader.incompatibilities(withWriter: writer)
            let theirs = answer["hindrances"]?.arrayValue ?? []
            let words = Set(hindrances.map { "\($0.kind.rawValue) \($0.message)" })
            #expect(words == Set(theirs.map { "\($0.part(0)) \($0.part(2))" }), "\(questions[index])")
            // Java forgets where it is when it looks into a writer's union.
            let places = Set(hindrances.map { $0.pointer.tokens.isEmpty ? "/" : $0.pointer.description })
            if places != Set(theirs.map { $0.part(1) }) { elsewhere += 1 }
            if !hindrances.isEmpty { hindered += 1 }
            var output: [UInt8] = []
            var own: JSONValue?
            do {
                try AvroDecoder(writer: writer, reader: reader).decode(bytes.span, to: &output)
                own = try JSONValue.parse(output.span)
                read += 1
            } catch is AvroResolutionError {
            } catch let error as AvroDecodingError {
                // Java repairs what is not UTF-8.
                if error.rule == .badText, answer["json"]?.stringValue?.unicodeScalars.contains("\u{fffd}") == true {
                    continue
                }
            }
            if answer["json"] == "", own != nil { continue }
            // Java reads a record under any name; the specification, and what hinders compatibility, want the same name.
            let names: Set<AvroIncompatibility.Kind> = [.nameMismatch, .missingUnionBranch]
            if own == nil, hindrances.contains(where: { names.contains($0.kind) }) { continue }
            switch (own, try Self.json(answer)) {
            case (nil, nil): break
            case (let own?, let theirs?): #expect(own.isNearly(theirs), "\(questions[index]): \(own), not \(theirs)")
            default: Issue.record("\(questions[index]): ours \(own?.text ?? "-"), theirs \(answer)")
            }
        }
        #expect(read > 3000 && hindered > 2000, "the changes are too tame or too wild: \(read), \(hindered)")
        #expect(elsewhere <= 3)
    }
}

extension JSONValue {
    fileprivate func part(_ index: Int) -> String { self[index]?.stringValue ?? "" }
}
