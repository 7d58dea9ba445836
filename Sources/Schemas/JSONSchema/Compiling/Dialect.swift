internal import JSON

/// A draft, and which of its vocabularies count.
struct Dialect: Sendable {
    struct Vocabularies: OptionSet, Sendable {
        let rawValue: Int
        static let applicator = Vocabularies(rawValue: 1)
        static let validation = Vocabularies(rawValue: 2)
        static let unevaluated = Vocabularies(rawValue: 4)
        /// The format must hold.
        static let formatAssertion = Vocabularies(rawValue: 8)
    }

    var draft: JSONSchemaDraft
    var vocabularies: Vocabularies = [.applicator, .validation, .unevaluated]

    init(_ draft: JSONSchemaDraft) { self.draft = draft }

    /// The dialect that a metaschema describes by `$vocabulary`.
    init(_ draft: JSONSchemaDraft, metaschema: JSONValue) {
        self.draft = draft
        guard draft >= .draft2019, let listed = metaschema["$vocabulary"]?.objectValue else { return }
        vocabularies = []
        for (uri, _) in listed {
            switch uri.utf8.split(separator: UInt8(ascii: "/")).last.flatMap({ String($0) }) {
            case "applicator":
                // In 2019-09 the two were one vocabulary.
                vocabularies.formUnion(draft == .draft2019 ? [.applicator, .unevaluated] : .applicator)
            case "validation": vocabularies.insert(.validation)
            case "unevaluated": vocabularies.insert(.unevaluated)
            case "format-assertion": vocabularies.insert(.formatAssertion)
            default: break
            }
        }
    }

    /// How a keyword holds schemas.
    enum Holding { case one, list, oneOrList, map, mapOrNames }

    private static let holders: [String: (Holding, ClosedRange<JSONSchemaDraft>)] = [
        "not": (.one, .draft4 ... .draft2020), "allOf": (.list, .draft4 ... .draft2020),
        "anyOf": (.list, .draft4 ... .draft2020), "oneOf": (.list, .draft4 ... .draft2020),
        "items": (.oneOrList, .draft4 ... .draft2020), "additionalItems": (.one, .draft4 ... .draft2019),
        "properties": (.map, .draft4 ... .draft2020), "patternProperties": (.map, .draft4 ... .draft2020),
        "additionalProperties": (.one, .draft4 ... .draft2020), "definitions": (.map, .draft4 ... .draft2020),
        "dependencies": (.mapOrNames, .draft4 ... .draft2020), "contains": (.one, .draft6 ... .draft2020),
        "propertyNames": (.one, .draft6 ... .draft2020), "if": (.one, .draft7 ... .draft2020),
        "then": (.one, .draft7 ... .draft2020), "else": (.one, .draft7 ... .draft2020),
        "$defs": (.map, .draft2019 ... .draft2020), "dependentSchemas": (.map, .draft2019 ... .draft2020),
        "unevaluatedItems": (.one, .draft2019 ... .draft2020), "contentSchema": (.one, .draft2019 ... .draft2020),
        "unevaluatedProperties": (.one, .draft2019 ... .draft2020), "prefixItems": (.list, .draft2020 ... .draft2020),
    ]

    /// How `keyword` holds schemas; nil when it holds none in this draft.
    func holding(_ keyword: String) -> Holding? {
        guard let (holding, drafts) = Self.holders[keyword], drafts.contains(draft) else { return nil }
        return holding
    }
}
