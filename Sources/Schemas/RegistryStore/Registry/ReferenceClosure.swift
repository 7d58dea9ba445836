/// The texts of all that a schema refers to, directly or through others.
struct ReferenceClosure {
    let state: RegistryState
    let limits: RegistryLimits

    /// By the names that refer to them.
    ///
    /// - Parameter filter: Whether versions that were softly deleted may be referred to.
    func texts(_ references: [SchemaReference], _ filter: DeletionFilter) throws(RegistryError) -> [String: String] {
        var texts: [String: String] = [:]
        var known: [String: Int] = [:]
        var size = 0
        var waiting = references
        while let reference = waiting.popLast() {
            guard let entry = state.entry(reference.subject, .number(reference.version), filter),
                let content = state.contents[entry.id]
            else {
                throw .invalidSchema(
                    "the reference '\(reference.name)' is to version \(reference.version) of subject '\(reference.subject)', which is not there"
                )
            }
            if let id = known[reference.name] {
                guard id == entry.id else {
                    throw .invalidSchema("the name '\(reference.name)' refers to two different schemas")
                }
                continue
            }
            known[reference.name] = entry.id
            texts[reference.name] = content.text
            size += content.text.utf8.count
            guard texts.count <= limits.closure, size <= limits.closureBytes else {
                throw .invalidSchema(
                    "it refers to more than \(limits.closure) schemas or \(limits.closureBytes) bytes, directly or through others"
                )
            }
            waiting += content.references
        }
        return texts
    }
}
