internal import Bytes
internal import JSON
internal import PluginKit

/// What is done in one place of a request: its header fields, its query or its body.
struct RequestTransformation: Sendable {
    /// A name and the value that goes with it; a value that nothing was given for is nil.
    struct Rule: Sendable {
        let name: [UInt8]
        let value: RequestTemplate?
    }

    let remove: [Rule]
    let rename: [Rule]
    let replace: [Rule]
    let add: [Rule]
    let append: [Rule]

    /// - Parameter place: `headers`, `querystring` or `body`.
    init(_ config: JSONObject, _ place: String) throws {
        func rules(_ kind: String) throws -> [Rule] {
            try (config[kind]?[place]?.arrayValue ?? []).compactMap(\.stringValue).map { text in
                let rule = TransformRule(text)
                do {
                    return Rule(name: Array(rule.name.utf8), value: try rule.value.map { try RequestTemplate($0) })
                } catch { throw PluginBuildError("\(kind).\(place)", "\(error)") }
            }
        }
        remove = try rules("remove")
        rename = try rules("rename")
        replace = try rules("replace")
        add = try rules("add")
        append = try rules("append")
    }

    /// Whether no value reads anything of the request.
    var isConstant: Bool {
        [rename, replace, add, append].allSatisfy { rules in rules.allSatisfy { $0.value?.isConstant ?? true } }
    }

    var isEmpty: Bool { remove.isEmpty && rename.isEmpty && replace.isEmpty && add.isEmpty && append.isEmpty }
}

/// A transformation's rules with the values of one request.
struct RenderedTransformation {
    typealias Change = (name: [UInt8], value: [UInt8]?)

    let remove: [[UInt8]]
    let rename: [Change]
    let replace: [Change]
    let add: [Change]
    let append: [Change]

    init(_ rules: RequestTransformation, _ source: RequestTemplate.Source) {
        func render(_ rules: [RequestTransformation.Rule]) -> [Change] {
            rules.map { ($0.name, $0.value?.render(source)) }
        }
        remove = rules.remove.map(\.name)
        rename = render(rules.rename)
        replace = render(rules.replace)
        add = render(rules.add)
        append = render(rules.append)
    }
}
