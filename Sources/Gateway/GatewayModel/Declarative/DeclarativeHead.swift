internal import JSON

/// What a document says beside entities.
struct DeclarativeHead {
    /// Paths of formats before 3.0 may be regular expressions without saying so.
    private(set) var hasOldPaths = false
    /// Whether values are stored as they are: hashes instead of passwords.
    private(set) var isTransformed = false
    /// decK's `select_tags`: every entity has them.
    private(set) var tags: [JSONValue] = []
    /// decK's `defaults`, by the singular of the entities that have them where they do not say otherwise.
    private(set) var defaults: [String: JSONObject] = [:]
    /// decK's `_plugin_configs`, by the name that plugins refer to by `_config`.
    private(set) var pluginConfigs: [String: JSONObject] = [:]

    /// What a document may say beside entities.
    static let metadata = [
        "_format_version", "_transform", "_comment", "_workspace", "_ignore", "_konnect", "_info", "_plugin_configs",
    ]

    /// Those that decK knows defaults of.
    private static let kindsWithDefaults: Set<String> = ["service", "route", "upstream", "target"]

    /// Kong's collections that are not here, for a better word than "unknown".
    private static let laterCollections: Set<String> = [
        "workspaces", "parameters", "clustering_data_planes", "filter_chains", "partials", "keyauth_credentials",
        "basicauth_credentials", "jwt_secrets", "hmacauth_credentials", "oauth2_credentials", "oauth2_tokens",
        "oauth2_authorization_codes", "acls", "mtls_auth_credentials", "consumer_group_plugins", "rbac_roles",
        "custom_plugins", "licenses",
    ]

    static func isMetadata(_ key: String) -> Bool { key.hasPrefix("_") }

    /// What is wrong with a key that is no field and no collection.
    static func unknownMessage(_ key: String) -> String {
        laterCollections.contains(key) ? "'\(key)' entities are not supported" : "unknown field"
    }

    init(_ root: JSONObject, errors: inout FieldErrors) {
        readVersion(root["_format_version"], &errors)
        for (key, value) in root where Self.isMetadata(key) && !value.isNull {
            switch key {
            case "_format_version": break
            case "_transform":
                if let transforms = value.boolValue {
                    isTransformed = !transforms
                } else {
                    errors.add([.name(key)], "expected a boolean")
                }
            case "_comment", "_workspace":
                if value.stringValue == nil { errors.add([.name(key)], "expected a string") }
            case "_ignore": if value.arrayValue == nil { errors.add([.name(key)], "expected an array") }
            case "_konnect": if value.objectValue == nil { errors.add([.name(key)], "expected a record") }
            case "_info": readInfo(value, &errors)
            case "_plugin_configs": pluginConfigs = Self.readRecords(value, [.name(key)], &errors)
            default: errors.add([.name(key)], "unknown field")
            }
        }
    }

    private mutating func readVersion(_ value: JSONValue?, _ errors: inout FieldErrors) {
        guard let value, !value.isNull else { return errors.add(["_format_version"], "required field missing") }
        // Without quotes it is a number in YAML.
        let version = value.stringValue ?? value.numberValue.map { "\($0)" } ?? ""
        guard ["1.1", "2.1", "3.0"].contains(version) else {
            return errors.add(["_format_version"], "expected one of: 1.1, 2.1, 3.0")
        }
        hasOldPaths = version != "3.0"
    }

    private mutating func readInfo(_ value: JSONValue, _ errors: inout FieldErrors) {
        guard let info = value.objectValue else { return errors.add(["_info"], "expected a record") }
        if let given = info["defaults"], !given.isNull {
            defaults = Self.readRecords(given, ["_info", "defaults"], &errors)
            for kind in defaults.keys.sorted() where !Self.kindsWithDefaults.contains(kind) {
                errors.add(["_info", "defaults", .name(kind)], "unknown field")
            }
        }
        guard let given = info["select_tags"], !given.isNull else { return }
        guard let tags = given.arrayValue, tags.allSatisfy({ $0.stringValue != nil }) else {
            return errors.add(["_info", "select_tags"], "expected an array")
        }
        self.tags = tags
    }

    private static func readRecords(
        _ value: JSONValue, _ path: [PathElement], _ errors: inout FieldErrors
    ) -> [String: JSONObject] {
        guard let object = value.objectValue else {
            errors.add(path, "expected a record")
            return [:]
        }
        var records: [String: JSONObject] = [:]
        for (name, value) in object where !value.isNull {
            records[name] = value.objectValue
            if records[name] == nil { errors.add(path + [.name(name)], "expected a record") }
        }
        return records
    }

    /// An entity as it is written, with what the head says about all of its kind; `_config` is gone.
    func filled(_ input: JSONObject, _ definition: EntityDefinition, _ errors: inout FieldErrors) -> JSONObject {
        var output = defaults[definition.singular].map { Self.fill(input, from: $0) } ?? input
        guard definition.name == EntityDefinition.plugin.name,
            let given = output.removeValue(forKey: "_config"), !given.isNull
        else { return output }
        guard let name = given.stringValue, let shared = pluginConfigs[name] else {
            errors.add(["_config"], "names nothing in '_plugin_configs'")
            return output
        }
        output["config"] = .object(Self.fill(output["config"]?.objectValue ?? [:], from: shared))
        return output
    }

    /// What is not given comes from `other`, in records within records too.
    private static func fill(_ given: JSONObject, from other: JSONObject) -> JSONObject {
        var output = given
        for (name, value) in other {
            if let inner = output[name]?.objectValue, let otherInner = value.objectValue {
                output[name] = .object(fill(inner, from: otherInner))
            } else if output[name] == nil {
                output[name] = value
            }
        }
        return output
    }
}
