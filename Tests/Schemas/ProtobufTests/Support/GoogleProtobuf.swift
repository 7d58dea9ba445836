import Foundation
import JSON
import Protobuf
import TestBrokers

/// Google's compiler and its Python package, from the environment that `scripts/prepare test` makes.
enum GoogleProtobuf {
    static let compiler = "/usr/bin/protoc"

    static let isThere: Bool = {
        guard TestEnvironment.hasPython, FileManager.default.isExecutableFile(atPath: compiler) else { return false }
        let library = URL(fileURLWithPath: TestEnvironment.python).deletingLastPathComponent()
            .appendingPathComponent("../lib").standardized
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.contains {
            FileManager.default.fileExists(
                atPath: library.appendingPathComponent("\($0)/site-packages/google/protobuf/json_format.py").path)
        }
    }()

    /// Answers lines: for {type, json, hex} what it writes for the JSON (`hex`, maps sorted), whether that is the same
    /// message as the bytes (`same`), and the JSON of the bytes in three forms (`plain`, `named`, `full`). What it
    /// refuses is {error}. For {type, text} what it writes for a document, whatever it is.
    static func ask(_ questions: [JSONValue], files: [String: String]) async throws -> [JSONValue] {
        let folder = try await compile(files)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(questions.map(\.text).joined(separator: "\n").utf8)
            .write(to: URL(fileURLWithPath: folder + "/questions"))
        try await Python.run(script, ["\(folder)/set", "\(folder)/questions", "\(folder)/answers"])
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/answers"))
        return try text.split(separator: UInt8(ascii: "\n")).map { line in
            let bytes = Array(line)
            return try JSONValue.parse(bytes.span, maximumDepth: 512)
        }
    }

    /// The compiler's descriptors of files, by path, in base 64 as registries hand them out.
    static func descriptors(_ files: [String: String]) async throws -> [String: String] {
        let folder = try await compile(files)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = try await Python.run(
            """
            import sys, json, base64
            from google.protobuf import descriptor_pb2
            files = descriptor_pb2.FileDescriptorSet.FromString(open(sys.argv[1], "rb").read())
            print(json.dumps({f.name: base64.b64encode(f.SerializeToString()).decode() for f in files.file}))
            """, ["\(folder)/set"])
        return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    }

    /// Compiles files into the file "set" of a new folder.
    private static func compile(_ files: [String: String]) async throws -> String {
        let folder = try TestEnvironment.makeFolder("protobuf")
        for (path, text) in files {
            let file = URL(fileURLWithPath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try await ChildProcess.run(
            compiler,
            ["-I\(folder)", "--include_imports", "--descriptor_set_out=\(folder)/set"]
                + files.keys.sorted().map { "\(folder)/\($0)" })
        return folder
    }

    private static let script = """
        import sys, json
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, json_format
        definitions, source, target = sys.argv[1:4]
        sys.setrecursionlimit(10000)
        pool = descriptor_pool.DescriptorPool()
        files = descriptor_pb2.FileDescriptorSet.FromString(open(definitions, "rb").read())
        for file in files.file: pool.Add(file)
        classes = {}
        def message(name):
            if name not in classes:
                classes[name] = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
            return classes[name]()
        def shown(value, **options): return json_format.MessageToDict(value, descriptor_pool=pool, **options)
        # The classes of extensions come with those of what they extend.
        for file in files.file:
            for name in message_factory.GetMessageClassesForFiles([file.name], pool): pass
        with open(source, encoding="utf-8") as lines, open(target, "w") as answers:
            for line in lines:
                question = json.loads(line)
                try:
                    answer = {}
                    if "json" in question:
                        ours = json_format.ParseDict(question["json"], message(question["type"]), descriptor_pool=pool)
                        answer["hex"] = ours.SerializePartialToString(deterministic=True).hex()
                    if "text" in question:
                        ours = json_format.Parse(question["text"], message(question["type"]), descriptor_pool=pool)
                        answer["hex"] = ours.SerializeToString(deterministic=True).hex()
                    if "hex" in question:
                        read = message(question["type"])
                        read.MergeFromString(bytes.fromhex(question["hex"]))
                        answer["plain"] = shown(read)
                        answer["named"] = shown(read, preserving_proto_field_name=True)
                        answer["full"] = shown(read, always_print_fields_with_no_presence=True)
                        again = read.SerializePartialToString(deterministic=True).hex()
                        answer["again"] = again
                        # Bytes may differ in the order of extensions, messages in NaN.
                        if "json" in question: answer["same"] = again == answer["hex"] or read == ours
                except Exception as error:
                    answer = {"error": type(error).__name__ + ": " + str(error)}
                print(json.dumps(answer), file=answers)
        """
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
