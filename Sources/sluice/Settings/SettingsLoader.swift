import Bytes
import JSON
import System
import YAML

/// Gathers settings: flags win over `SLUICE_…`, that over `KONG_…`, that over the file, that over defaults.
enum SettingsLoader {
    /// - Parameters:
    ///   - file: A YAML file of names and values; nil: none.
    ///   - flags: Names with values, as given on the command line.
    static func load(
        file: String?, environment: [String: String], flags: [(name: String, value: String)]
    ) throws(SettingsError) -> Settings {
        var values: [String: String] = [:]
        var warnings: [String] = []
        if let file {
            for (name, value) in try read(file) { try set(name, value, from: file, &values) }
        }
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix("KONG_") {
            let name = variable.dropFirst(5).lowercased()
            if SettingsCatalogue.setting(name)?.origin == .kong {
                try set(name, value, from: variable, &values)
            } else {
                warnings.append("\(variable) is not honoured: Sluice has no setting '\(name)' in common with Kong")
            }
        }
        for (variable, value) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix("SLUICE_") && !variable.hasPrefix("SLUICE_TEST_") {
            try set(variable.dropFirst(7).lowercased(), value, from: variable, &values)
        }
        for (name, value) in flags {
            try set(name, value, from: "--\(name.map { $0 == "_" ? "-" : String($0) }.joined())", &values)
        }
        if (values["ssl_cipher_suite"] ?? "intermediate") != "custom" {
            for name in ["ssl_ciphers", "ssl_protocols"] where values[name] != nil {
                warnings.append("\(name) has no effect: ssl_cipher_suite says which are used, unless it is custom")
            }
        }
        let settings = Settings(values, warnings: warnings)
        if settings["database"] == "sqlite", !settings["declarative_config"].isEmpty {
            throw SettingsError(
                "declarative_config: it is for nodes without a database; set database to off, or remove it")
        }
        for name in ["proxy_listen", "admin_listen", "status_listen", "admin_gui_listen", "registry_listen"] {
            _ = try settings.listeners(name)
        }
        return settings
    }

    private static func read(_ file: String) throws(SettingsError) -> [(String, String)] {
        let document: JSONValue
        do { document = try YAML.parse(try File.read(file, maximumBytes: 1 << 20)).value } catch {
            throw SettingsError("\(file): \(error)")
        }
        if document.isNull { return [] }
        guard let members = document.objectValue else {
            throw SettingsError("\(file): expected lines such as 'proxy_listen: 0.0.0.0:8000'")
        }
        var values: [(String, String)] = []
        for (name, value) in members {
            if name == "_format_version" {
                throw SettingsError(
                    "\(file): this is a declarative file of entities; name it by the setting declarative_config")
            }
            values.append((name, try text(value, name, file)))
        }
        return values
    }

    /// YAML reads a plain `off` as false and digits as numbers; settings are texts.
    private static func text(_ value: JSONValue, _ name: String, _ file: String) throws(SettingsError) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return "\(number)"
        case .bool(let value): return value ? "on" : "off"
        case .array(let elements):
            var texts: [String] = []
            for element in elements { texts.append(try text(element, name, file)) }
            return texts.joined(separator: ",")
        case .null: throw SettingsError("\(file): \(name): a value is missing")
        case .object: throw SettingsError("\(file): \(name): expected a single value")
        }
    }

    private static func set(
        _ name: String, _ value: String, from source: String, _ values: inout [String: String]
    ) throws(SettingsError) {
        guard let setting = SettingsCatalogue.setting(name) else {
            let hint = NearestName.suggestion(for: name, among: SettingsCatalogue.all.map(\.name))
            throw SettingsError("\(source): there is no setting '\(name)'\(hint)")
        }
        if let problem = setting.problem(with: value) {
            throw SettingsError("\(source): \(name): \(problem)")
        }
        values[name] = value
    }
}
