internal import SchemaLanguages

/// A state with what is worked out from it: questions are answered, and submissions are made into contents, compiled and
/// compared. Each thread has its own.
struct RegistryBench: Sendable {
    var state = RegistryState()
    let limits: RegistryLimits
    /// By id; schemas never change, and an id is not given twice.
    private var compiled: [Int: CompiledSchema] = [:]
    private static let compiledAtMost = 256

    init(limits: RegistryLimits) { self.limits = limits }

    /// A registered schema, compiled.
    mutating func compiledSchema(_ id: Int) throws(RegistryError) -> CompiledSchema {
        if let known = compiled[id] { return known }
        guard let content = state.contents[id] else { throw .schemaNotFound(id: id) }
        let schema = try compile(content, .all)
        keep(schema, id)
        return schema
    }

    mutating func keep(_ schema: CompiledSchema, _ id: Int) {
        if compiled.count >= Self.compiledAtMost { compiled.removeAll() }
        compiled[id] = schema
    }

    /// - Parameter filter: Whether versions that were softly deleted may be referred to.
    func compile(_ content: SchemaContent, _ filter: DeletionFilter) throws(RegistryError) -> CompiledSchema {
        let texts = try ReferenceClosure(state: state, limits: limits).texts(content.references, filter)
        do throws(SchemaFault) {
            return try CompiledSchema(SchemaSource(content.language, content.text, references: texts))
        } catch { throw .invalidSchema(error.message) }
    }
}
