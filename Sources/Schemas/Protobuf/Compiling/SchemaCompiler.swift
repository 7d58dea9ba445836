internal import Bytes
internal import CProtobuf

/// Hands texts to Google's library, and takes its tables or its complaint.
enum SchemaCompiler {
    private struct Source {
        let path: String
        let text: [UInt8]
        let isDescriptor: Bool
    }

    static func tables(
        _ text: Span<UInt8>, references: [String: String], limits: ProtobufSchemaLimits
    ) throws(ProtobufSchemaError) -> SchemaTables {
        let bytes = references.reduce(text.count) { $0 + $1.value.utf8.count }
        guard bytes <= limits.bytes else {
            throw ProtobufSchemaError(.tooLarge, "the schema and its references take more than \(limits.bytes) bytes")
        }
        var path = "schema.proto"
        while references[path] != nil { path = "_" + path }
        var sources = [try source(path, text, limits, file: nil)]
        var given = references
        for (path, text) in KnownFiles.all where given[path] == nil { given[path] = text }
        for (path, text) in given.sorted(by: { $0.key < $1.key }) {
            let bytes = Array(text.utf8)
            sources.append(try source(path, bytes.span, limits, file: path))
        }
        return try compile(sources, limits)
    }

    private static func source(
        _ path: String, _ text: Span<UInt8>, _ limits: ProtobufSchemaLimits, file: String?
    ) throws(ProtobufSchemaError) -> Source {
        if let digits = base64(text), let descriptor = Base64.decode(digits.span) {
            return Source(path: path, text: descriptor, isDescriptor: true)
        }
        var scan = SourceScan()
        scan.read(text)
        if scan.depth > limits.brackets {
            throw ProtobufSchemaError(
                .tooDeep, "brackets stand deeper than \(limits.brackets) in brackets", file: file)
        }
        return Source(path: path, text: text.array, isDescriptor: false)
    }

    /// The text without blanks, when it is of digits of base 64 alone, as no source is.
    private static func base64(_ text: Span<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        for index in text.indices {
            switch text[index] {
            case 0x20, 0x09, 0x0a, 0x0d: continue
            case 0x41...0x5a, 0x61...0x7a, 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                digits.append(text[index])
            default: return nil
            }
        }
        return digits.isEmpty ? nil : digits
    }

    private static func compile(
        _ sources: [Source], _ limits: ProtobufSchemaLimits
    ) throws(ProtobufSchemaError) -> SchemaTables {
        var text: [UInt8] = []
        func keep(_ bytes: some Collection<UInt8>) -> cprotobuf_range {
            let start = text.count
            text.append(contentsOf: bytes)
            return cprotobuf_range(start: Int32(start), count: Int32(text.count - start))
        }
        let files = sources.map { source in
            cprotobuf_file(
                name: keep(source.path.utf8), source: keep(source.text), is_descriptor: source.isDescriptor ? 1 : 0)
        }
        let bounds = cprotobuf_limits(
            files: Int32(clamping: limits.files), depth: Int32(clamping: min(limits.depth, 32)),
            elements: Int32(clamping: limits.definitions), name_bytes: Int32(clamping: limits.nameBytes))
        let handle = files.withUnsafeBufferPointer { files in
            text.withUnsafeBytes { text in
                cprotobuf_compile(
                    files.baseAddress, files.count, text.baseAddress?.assumingMemoryBound(to: CChar.self), bounds)
            }
        }
        guard let handle, let compiled = cprotobuf_get(handle) else {
            throw ProtobufSchemaError(.failed, "memory is short")
        }
        defer { cprotobuf_free(handle) }
        if let error = failure(compiled.pointee, sources) { throw error }
        return TableBuilder.tables(compiled.pointee)
    }

    private static func failure(_ compiled: cprotobuf_tables, _ sources: [Source]) -> ProtobufSchemaError? {
        let error = compiled.error
        if error.kind == CPROTOBUF_DONE { return nil }
        let rule: ProtobufSchemaError.Rule =
            switch Int(error.kind) {
            case CPROTOBUF_SYNTAX: .syntax
            case CPROTOBUF_DESCRIPTOR: .badDescriptor
            case CPROTOBUF_DEFINITION: .definition
            case CPROTOBUF_IMPORT: .unknownImport
            case CPROTOBUF_CYCLE: .importCycle
            case CPROTOBUF_LIMIT: .tooManyDefinitions
            case CPROTOBUF_UNSUPPORTED: .unsupported
            default: .failed
            }
        let text = UnsafeRawBufferPointer(start: compiled.text, count: compiled.text_count)
        let start = Int(error.message.start)
        let message = String(decoding: text[start..<start + Int(error.message.count)], as: UTF8.self)
        let place = Int(error.file)
        guard sources.indices.contains(place) else { return ProtobufSchemaError(rule, message) }
        let location = SourceScan.location(line: Int(error.line), column: Int(error.column), in: sources[place].text)
        return ProtobufSchemaError(
            rule, message, line: location?.line, column: location?.column,
            file: place == 0 ? nil : sources[place].path)
    }
}
