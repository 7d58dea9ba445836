internal import JSON

/// What a document says beside entities.
struct DeclarativeHead {
    /// Paths of formats before 3.0 may be regular expressions without saying so.
    private(set) var hasOldPaths = false
    /// Whether values are stored as they are: hashes instead of passwords.
    private(set) var isTransformed = false
    /// decK's `select_tags`: every entity has them.
    private(set) var tags: [JSONValue] = []

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
        if EntityCheck.isSet(info["defaults"]) {
            errors.add(
                ["_info", "defaults"],
                "defaults of decK are not applied here; write them into the entities, as `deck file render` does")
        }
        guard let given = info["select_tags"], !given.isNull else { return }
        guard let tags = given.arrayValue, tags.allSatisfy({ $0.stringValue != nil }) else {
            return errors.add(["_info", "select_tags"], "expected an array")
        }
        self.tags = tags
    }
}
