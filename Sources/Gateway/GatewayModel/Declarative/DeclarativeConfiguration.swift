internal import Cryptography
package import JSON
package import YAML

/// A declarative file (reference section 7.11): entities of all kinds in one document, children nested or not.
package enum DeclarativeConfiguration {
    /// All that is wrong with a document.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// One problem, with its place in the text where that is known.
        package struct Problem: Sendable {
            package let path: [PathElement]
            package let message: String
            package let location: YAMLLocation?
        }

        package let problems: [Problem]
        /// Kong's nested `fields`.
        package let fields: JSONObject
        /// Kong's `flattened_errors`.
        package let flattened: [JSONValue]

        package var modelError: ModelError { .declarative(fields) }

        /// One line a problem: `line 3, column 5: routes.1.paths: expected an array`.
        package var description: String {
            problems.map { problem in
                let place = problem.location.map { "\($0): " } ?? ""
                let path = problem.path.map(\.text).joined(separator: ".")
                return place + (path.isEmpty ? problem.message : "\(path): \(problem.message)")
            }.joined(separator: "\n")
        }
    }

    /// What a document may hold beside collections.
    private static let metadata: Set<String> = [
        "_format_version", "_transform", "_comment", "_ignore", "_workspace", "_info", "_konnect",
    ]

    /// Reads YAML, or JSON, which is YAML too. Ids that are left out are made from the names, so that they stay the same.
    ///
    /// - Parameter now: Seconds since 1970, for entities without times.
    package static func read(
        _ text: [UInt8], schema: GatewaySchema, now: Int
    ) throws(Failure) -> Configuration {
        let document: YAMLDocument
        do { document = try YAML.parse(text) } catch {
            throw Failure(
                problems: [.init(path: [], message: error.message, location: error.location)],
                fields: ["error": .string("failed parsing declarative configuration: \(error)")], flattened: [])
        }
        return try read(document.value, document: document, schema: schema, now: now)
    }

    /// Reads a document that is a value already.
    package static func read(
        _ root: JSONValue, document: YAMLDocument? = nil, schema: GatewaySchema, now: Int
    ) throws(Failure) -> Configuration {
        var reader = DeclarativeReader(schema: schema, now: now)
        reader.read(root)
        guard reader.errors.isEmpty else { throw reader.failure(document) }
        return reader.configuration
    }

    static func isMetadata(_ key: String) -> Bool { metadata.contains(key) }

    /// The configuration as a document of format 3.0, with what is null left out.
    package static func value(_ configuration: Configuration) -> JSONValue {
        var root: JSONObject = ["_format_version": "3.0", "_transform": false]
        for definition in configuration.schema.definitions {
            let entities = configuration.all(definition.name)
            if entities.isEmpty { continue }
            root[definition.name] = .array(
                entities.map { entity in
                    var fields = entity.fields
                    for (key, value) in entity.fields where value.isNull { fields.removeValue(forKey: key) }
                    for (field, _) in definition.references {
                        if let id = entity.reference(field) { fields[field] = .string(id) }
                    }
                    return .object(fields)
                })
        }
        return .object(root)
    }

    package static func text(_ configuration: Configuration) -> String { YAML.write(value(configuration)) }
}
