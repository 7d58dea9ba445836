/// What of an array or object schemas looked at, for `unevaluatedItems` and `unevaluatedProperties`.
struct Coverage {
    var hasAllProperties = false
    /// By the places of their names on the tape.
    var properties: Set<Int> = []
    /// The first so many elements.
    var items = 0
    /// Others.
    var scatteredItems: Set<Int> = []

    mutating func formUnion(_ other: Coverage) {
        hasAllProperties = hasAllProperties || other.hasAllProperties
        properties.formUnion(other.properties)
        items = max(items, other.items)
        scatteredItems.formUnion(other.scatteredItems)
    }
}
