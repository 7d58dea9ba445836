internal import Bytes
internal import JSON

/// The tables of a schema, borrowed for the time of one run over them.
struct SchemaView: ~Escapable {
    let nodes: Span<SchemaNode>
    let fields: Span<FieldNode>
    let branches: Span<Int32>
    let names: Span<TextRange>
    let slots: Span<Int32>
    let text: Span<UInt8>
    let defaults: Span<UInt8>
    let longestName: Int

    @_lifetime(borrow tables)
    init(_ tables: borrowing SchemaTables) {
        nodes = tables.nodes.span
        fields = tables.fields.span
        branches = tables.branches.span
        names = tables.names.span
        slots = tables.slots.span
        text = tables.text.span
        defaults = tables.defaults.span
        longestName = tables.longestName
    }

    @inline(__always)
    @_lifetime(copy self)
    func bytes(_ range: TextRange) -> Span<UInt8> { text.extracting(range.range) }

    func string(_ range: TextRange) -> String { String(decoding: text.extracting(range.range).array, as: UTF8.self) }

    /// Which of a node's names is at `position` of the tape; nil when none is.
    @inline(__always)
    func place(of node: SchemaNode, in tape: JSONTape, at position: Int) -> Int? {
        if node.mask == 0 {
            for place in 0..<Int(node.count) where tape.isString(at: position, bytes(names[Int(node.names) + place])) {
                return place
            }
            return nil
        }
        return hashedPlace(of: node, in: tape, at: position)
    }

    private func hashedPlace(of node: SchemaNode, in tape: JSONTape, at position: Int) -> Int? {
        guard let name = tape.string(at: position), name.count <= longestName else { return nil }
        let mask = Int(node.mask)
        var slot = NameHash.of(name) & mask
        while true {
            let place = slots[Int(node.slots) + slot]
            if place < 0 { return nil }
            if tape.isString(at: position, bytes(names[Int(node.names) + Int(place)])) { return Int(place) }
            slot = (slot + 1) & mask
        }
    }
}

/// FNV-1a.
enum NameHash {
    static func of(_ name: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
