/// A version of the language.
package enum JSONSchemaDraft: Int, Sendable, CaseIterable, Comparable {
    case draft4 = 4
    case draft6 = 6
    case draft7 = 7
    case draft2019 = 8
    case draft2020 = 9

    /// What `$schema` says, without an empty fragment.
    package var uri: String {
        switch self {
        case .draft4: "http://json-schema.org/draft-04/schema"
        case .draft6: "http://json-schema.org/draft-06/schema"
        case .draft7: "http://json-schema.org/draft-07/schema"
        case .draft2019: "https://json-schema.org/draft/2019-09/schema"
        case .draft2020: "https://json-schema.org/draft/2020-12/schema"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The draft that `$schema` names; people write http for https and the other way round.
    init?(uri: String) {
        var rest = uri[...]
        if rest.hasSuffix("#") { rest.removeLast() }
        guard let start = rest.firstIndex(of: ":"),
            let draft = Self.allCases.first(where: { $0.uri.drop { $0 != ":" } == rest[start...] }),
            rest[..<start] == "http" || rest[..<start] == "https"
        else { return nil }
        self = draft
    }
}
