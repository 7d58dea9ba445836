import Foundation
import JSON
import TestBrokers

/// Avro's own Java implementation, where the folder of real servers brings it with its registry.
enum JavaAvro {
    private static let java = ["/usr/bin/java", "/usr/local/bin/java", "/opt/java/bin/java"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private static let libraries: [String]? = {
        guard let rig = TestEnvironment.rig else { return nil }
        let folder = "\(rig)/apicurio/lib"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let wanted = ["org.apache.avro.avro-1.12", "com.fasterxml.jackson.core.", "org.slf4j.slf4j-api-"]
        let found = wanted.flatMap { start in files.filter { $0.hasPrefix(start) } }
        return found.count >= 5 ? found.map { "\(folder)/\($0)" } : nil
    }()

    static let isThere = java != nil && libraries != nil
    static let needed = "needs Java, and Avro 1.12 beside the registry at ../shared/rig or SLUICE_TEST_RIG"

    /// Answers lines: for {schema, json, hex} the bytes it writes for the JSON, the JSON it writes for the bytes, and the
    /// canonical form; for {writer, reader, hex} the JSON of the bytes read with the reader's schema, and what hinders
    /// compatibility. What it cannot do is a line {error}.
    static func ask(_ questions: [JSONValue]) async throws -> [JSONValue] {
        guard let java, let libraries else { throw TestEnvironmentError(needed) }
        let folder = try TestEnvironment.makeFolder("java")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try source.write(toFile: folder + "/Oracle.java", atomically: true, encoding: .utf8)
        return try await OraclePairs.ask(questions) { input, output in
            try await ChildProcess.run(
                java, ["-cp", libraries.joined(separator: ":"), folder + "/Oracle.java", input, output])
        }
    }

    private static let source = #"""
        import com.fasterxml.jackson.databind.*;
        import com.fasterxml.jackson.databind.node.*;
        import java.io.*;
        import java.nio.file.*;
        import java.util.*;
        import org.apache.avro.*;
        import org.apache.avro.generic.*;
        import org.apache.avro.io.*;

        public class Oracle {
            static final ObjectMapper mapper = new ObjectMapper();

            // Maps in their order, and arrays of doubles that are not taken for floats (a fault of 1.12.0).
            static final GenericData plain = new GenericData() {
                @Override public Object newMap(Object old, int size) { return new LinkedHashMap<Object, Object>(); }
                @Override public Object newArray(Object old, int size, Schema schema) {
                    return new GenericData.Array<Object>(size, schema);
                }
            };

            static Schema parse(JsonNode node) { return new Schema.Parser().parse(node.toString()); }

            static String json(Schema schema, Object value) throws Exception {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                Encoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
                new GenericDatumWriter<Object>(schema).write(value, encoder);
                encoder.flush();
                return out.toString("UTF-8");
            }

            static Object read(Schema writer, Schema reader, String hex) throws Exception {
                byte[] bytes = HexFormat.of().parseHex(hex);
                Decoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
                return new GenericDatumReader<Object>(writer, reader, plain).read(null, decoder);
            }

            static void data(JsonNode question, ObjectNode answer) throws Exception {
                Schema schema = parse(question.get("schema"));
                Decoder decoder = DecoderFactory.get().jsonDecoder(schema, question.get("json").toString());
                Object value = new GenericDatumReader<Object>(schema, schema, plain).read(null, decoder);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
                new GenericDatumWriter<Object>(schema).write(value, encoder);
                encoder.flush();
                answer.put("hex", HexFormat.of().formatHex(out.toByteArray()));
                answer.put("json", json(schema, read(schema, schema, question.get("hex").asText())));
                answer.put("form", SchemaNormalization.toParsingForm(schema));
                answer.put("mark", Long.toUnsignedString(SchemaNormalization.parsingFingerprint64(schema)));
            }

            static void evolve(JsonNode question, ObjectNode answer) throws Exception {
                Schema writer = parse(question.get("writer"));
                Schema reader = parse(question.get("reader"));
                ArrayNode found = answer.putArray("hindrances");
                for (SchemaCompatibility.Incompatibility one : SchemaCompatibility
                        .checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities()) {
                    found.addArray().add(one.getType().name()).add(one.getLocation()).add(one.getMessage());
                }
                try {
                    answer.put("json", json(reader, read(writer, reader, question.get("hex").asText())));
                } catch (AvroRuntimeException error) {
                    answer.put("unread", String.valueOf(error.getMessage()));
                }
            }

            public static void main(String[] arguments) throws Exception {
                try (BufferedReader lines = Files.newBufferedReader(Path.of(arguments[0]));
                        PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[1])))) {
                    for (String line; (line = lines.readLine()) != null;) {
                        JsonNode question = mapper.readTree(line);
                        ObjectNode answer = mapper.createObjectNode();
                        try {
                            if (question.has("schema")) data(question, answer); else evolve(question, answer);
                        } catch (Throwable error) {
                            answer.put("error", error.toString());
                        }
                        out.println(mapper.writeValueAsString(answer));
                    }
                }
            }
        }
        """#
}
