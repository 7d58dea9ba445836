extension AvroSchema {
    /// The Parsing Canonical Form: what of a schema counts for reading data, always written the same way. Types of
    /// references are written where they are first used.
    package var canonicalForm: String {
        var writer = CanonicalForm(tables)
        writer.write(tables.root)
        return String(decoding: writer.output, as: UTF8.self)
    }
}

/// Section "Transforming into Parsing Canonical Form". Names have no need of escapes.
private struct CanonicalForm {
    let tables: SchemaTables
    var output: [UInt8] = []
    private var written: Set<Int32> = []

    init(_ tables: SchemaTables) { self.tables = tables }

    mutating func write(_ index: Int32) {
        let node = tables.nodes[Int(index)]
        switch node.kind {
        case .record, .enum, .fixed: named(node, index)
        case .array:
            output.append(contentsOf: #"{"type":"array","items":"#.utf8)
            write(node.first)
            output.append(UInt8(ascii: "}"))
        case .map:
            output.append(contentsOf: #"{"type":"map","values":"#.utf8)
            write(node.first)
            output.append(UInt8(ascii: "}"))
        case .union:
            output.append(UInt8(ascii: "["))
            for (place, branch) in tables.branchTypes(of: node).enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                write(branch)
            }
            output.append(UInt8(ascii: "]"))
        default: quote(node.kind.name)
        }
    }

    private mutating func named(_ node: SchemaNode, _ index: Int32) {
        let name = tables.description(of: node)?.fullName ?? ""
        guard written.insert(index).inserted else { return quote(name) }
        output.append(contentsOf: #"{"name":"#.utf8)
        quote(name)
        output.append(contentsOf: #","type":"\#(node.kind.name)","#.utf8)
        switch node.kind {
        case .record:
            output.append(contentsOf: #""fields":["#.utf8)
            for (place, field) in tables.fieldRange(of: node).enumerated() {
                output.append(contentsOf: (place > 0 ? #",{"name":"# : #"{"name":"#).utf8)
                quote(tables.fieldDescriptions[field].name)
                output.append(contentsOf: #","type":"#.utf8)
                write(tables.fields[field].type)
                output.append(UInt8(ascii: "}"))
            }
            output.append(UInt8(ascii: "]"))
        case .enum:
            output.append(contentsOf: #""symbols":["#.utf8)
            for (place, symbol) in tables.names(of: node).enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                quote(symbol)
            }
            output.append(UInt8(ascii: "]"))
        default: output.append(contentsOf: #""size":\#(node.first)"#.utf8)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func quote(_ name: String) {
        output.append(UInt8(ascii: "\""))
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: "\""))
    }
}
