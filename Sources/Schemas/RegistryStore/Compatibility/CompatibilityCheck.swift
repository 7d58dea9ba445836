internal import SchemaLanguages

/// Compares a schema with earlier ones as a level asks for.
struct CompatibilityCheck {
    /// How many hindrances are told.
    static let mostTold = 100

    let level: CompatibilityLevel
    let schema: CompiledSchema
    private var messages: [String] = []

    init(level: CompatibilityLevel, schema: CompiledSchema) {
        self.level = level
        self.schema = schema
    }

    mutating func compare(with earlier: CompiledSchema, version: Int) {
        if level.readsEarlier { add(version, "the new schema cannot read data of version \(version)", schema, earlier) }
        if level.isReadByEarlier {
            add(version, "version \(version) cannot read data of the new schema", earlier, schema)
        }
    }

    /// A schema that cannot be compared is no compatible one.
    private mutating func add(_ version: Int, _ what: String, _ reader: CompiledSchema, _ writer: CompiledSchema) {
        var found: [SchemaIncompatibility]
        do throws(SchemaFault) { found = try reader.incompatibilities(withWriter: writer) } catch {
            found = [SchemaIncompatibility(kind: "NOT_COMPARABLE", path: "", message: error.message)]
        }
        for fault in found where messages.count < Self.mostTold {
            messages.append(
                "{errorType:'\(fault.kind)', description:'\(what): \(fault.message)', additionalInfo:'\(fault.path)', oldSchemaVersion:\(version)}"
            )
        }
    }

    var verdict: CompatibilityVerdict {
        CompatibilityVerdict(
            messages: messages.isEmpty ? [] : messages + ["{compatibility: '\(level.rawValue)'}"])
    }
}
