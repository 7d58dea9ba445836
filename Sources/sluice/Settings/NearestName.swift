/// What somebody may have meant.
enum NearestName {
    /// `; did you mean 'x'?`, or nothing when no name is near.
    static func suggestion(for name: String, among names: [String]) -> String {
        let ranked = names.map { (name: $0, distance: distance(name, $0)) }.sorted { $0.distance < $1.distance }
        guard let best = ranked.first, best.distance <= max(2, name.count / 3) else { return "" }
        return "; did you mean '\(best.name)'?"
    }

    /// Levenshtein's distance: letters to insert, remove or change.
    static func distance(_ one: String, _ other: String) -> Int {
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
