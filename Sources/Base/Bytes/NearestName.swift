/// What somebody may have meant.
package enum NearestName {
    /// `; did you mean 'x'?`, or nothing when no name is near.
    package static func suggestion(for name: String, among names: [String]) -> String {
        find(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The first of those names that are the nearest; nil when none is near.
    package static func find(_ name: String, among names: [String]) -> String? {
        // Long texts are no names, and cost the product of their lengths.
        guard name.utf8.count <= 128 else { return nil }
        let ranked = names.map { (name: $0, distance: distance(name, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(2, name.count / 3),
            // Something of what was written must be left.
            best.distance < name.utf8.count
        else { return nil }
        return best.name
    }

    /// Levenshtein's distance: letters to insert, remove or change.
    package static func distance(_ one: String, _ other: String) -> Int {
        let left = Array(one.utf8)
        let right = Array(other.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let above = row[place + 1]
                row[place + 1] = min(above + 1, row[place] + 1, diagonal + (byte == right[place] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
