internal import JSON

/// A schema's fields as a Markdown table, for the reference pages: one row a field, records' fields below them.
package enum ReferenceTable {
    /// The rows of a schema, each field's name written with its path, such as `config.bootstrap_servers[].host`.
    package static func markdown(_ schema: RecordSchema, prefix: String = "") -> String {
        var text = "| Field | Type | Default | Notes |\n|---|---|---|---|\n"
        appendRows(schema, prefix, to: &text)
        let rules = rules(schema, prefix)
        if !rules.isEmpty { text += "\nRules: " + rules.joined(separator: "; ") + ".\n" }
        return text
    }

    private static func appendRows(_ schema: RecordSchema, _ prefix: String, to text: inout String) {
        for named in schema.fields {
            let name = prefix + named.name
            let field = named.field
            text += "| `\(name)` | \(type(of: field)) | \(shownDefault(field)) | \(escaped(notes(field))) |\n"
            switch field.kind {
            case .record(let inner): appendRows(inner, name + ".", to: &text)
            case .array(let element), .set(let element):
                if case .record(let inner) = element.kind { appendRows(inner, name + "[].", to: &text) }
            case .map(_, let element):
                if case .record(let inner) = element.kind { appendRows(inner, name + "[key].", to: &text) }
            default: break
            }
        }
    }

    private static func type(of field: Field) -> String {
        switch field.kind {
        case .array(let element): "array of \(type(of: element))"
        case .set(let element): "set of \(type(of: element))"
        case .map(let key, let element): "map of \(type(of: key)) to \(type(of: element))"
        case .foreign(let collection): "reference to \(collection)"
        default: field.isUUID ? "UUID" : field.typeName
        }
    }

    private static func shownDefault(_ field: Field) -> String {
        if let value = field.defaultValue { return "`\(escaped(value.stringValue ?? value.text))`" }
        if case .record = field.kind { return "" }
        return field.isRequired ? "required" : ""
    }

    private static func notes(_ field: Field) -> String {
        var notes: [String] = []
        if !field.description.isEmpty { notes.append(field.description) }
        notes += limits(field)
        switch field.kind {
        case .array(let element), .set(let element): notes += limits(element).map { "Each: \($0)" }
        case .map(_, let element): notes += limits(element).map { "Each value: \($0)" }
        default: break
        }
        if field.isUnique { notes.append("Unique.") }
        if field.isReferenceable { notes.append("May be a vault reference.") }
        if field.isEncrypted { notes.append("Secret.") }
        if field.isSluiceOnly { notes.append("Sluice only.") }
        if let unsupported = field.unsupported { notes.append("Not honoured: \(unsupported).") }
        return notes.joined(separator: " ")
    }

    private static func limits(_ field: Field) -> [String] {
        var limits: [String] = []
        if !field.oneOf.isEmpty {
            let choices = field.oneOf.map { "`\($0.stringValue ?? $0.text)`" }.joined(separator: ", ")
            limits.append("One of \(choices).")
        }
        if let between = field.between { limits.append("\(plain(between.lowerBound))..\(plain(between.upperBound)).") }
        if let limit = field.greaterThan { limits.append("Greater than \(plain(limit)).") }
        switch (field.minimumLength, field.maximumLength) {
        case (let minimum?, let maximum?): limits.append("Length \(minimum)..\(maximum).")
        case (let minimum?, nil) where minimum > 0: limits.append("Length at least \(minimum).")
        case (nil, let maximum?): limits.append("Length at most \(maximum).")
        default: break
        }
        if let start = field.startsWith { limits.append("Starts with `\(start)`.") }
        return limits
    }

    private static func rules(_ schema: RecordSchema, _ prefix: String) -> [String] {
        func list(_ names: [String]) -> String { names.map { "`\(prefix)\($0)`" }.joined(separator: ", ") }
        let own = schema.checks.compactMap { check -> String? in
            switch check {
            case .atLeastOneOf(let names): "at least one of \(list(names))"
            case .onlyOneOf(let names): "exactly one of \(list(names))"
            case .mutuallyExclusive(let names): "at most one of \(list(names))"
            case .distinct(let names): "\(list(names)) differ"
            case .mutuallyRequired(let names): "all or none of \(list(names))"
            case .conditional(_, _, _, _, let message): message
            case .conditionalAtLeastOneOf, .custom: nil
            }
        }
        return own
            + schema.fields.flatMap { named -> [String] in
                if case .record(let inner) = named.field.kind { return rules(inner, prefix + named.name + ".") }
                return []
            }
    }

    private static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: " ").split(separator: "|", omittingEmptySubsequences: false)
            .joined(separator: "\\|")
    }
}
