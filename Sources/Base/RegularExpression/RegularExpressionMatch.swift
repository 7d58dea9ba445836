/// A match: where it is and what its groups took.
package struct RegularExpressionMatch: Sendable {
    /// The whole match, as bytes of the text.
    package let range: Range<Int>
    /// By number, the whole match at 0; nil for a group that took no part.
    package let groups: [Range<Int>?]
    /// The named groups with their numbers, by number.
    package let names: [(name: String, index: Int)]

    /// How many bytes the whole match has.
    package var length: Int { range.count }

    /// What the group of that name took; nil when it took no part or does not exist.
    package func range(named name: String) -> Range<Int>? {
        // With (?J) several groups may have one name: the first that took part counts.
        for (known, index) in names where known == name {
            if let range = groups[index] { return range }
        }
        return nil
    }
}
