/// How well a type that is no union can be read as another, at a glance: what is within is not looked at. The lesser is
/// the better.
enum TypeMatch: Int, Comparable {
    /// The same, by the full name where there are names.
    case same
    /// Named types, by an alias of the reader's.
    case alias
    /// Named types with the same unqualified name.
    case sameName
    /// A primitive that is promoted.
    case promoted

    static func < (left: TypeMatch, right: TypeMatch) -> Bool { left.rawValue < right.rawValue }

    static func of(
        _ written: SchemaNode, _ writer: SchemaTables, _ wanted: SchemaNode, _ reader: SchemaTables
    ) -> TypeMatch? {
        guard written.kind == wanted.kind else { return promotes(written.kind, wanted.kind) ? .promoted : nil }
        guard let from = writer.description(of: written), let to = reader.description(of: wanted) else { return .same }
        if written.kind == .fixed, written.first != wanted.first { return nil }
        if from.fullName == to.fullName { return .same }
        if to.aliases.contains(from.fullName) { return .alias }
        return from.name == to.name ? .sameName : nil
    }

    static func promotes(_ written: AvroKind, _ wanted: AvroKind) -> Bool {
        switch (written, wanted) {
        case (.int, .long), (.int, .float), (.int, .double), (.long, .float), (.long, .double), (.float, .double),
            (.string, .bytes), (.bytes, .string):
            true
        default: false
        }
    }
}
