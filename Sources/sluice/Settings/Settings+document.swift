import JSON

extension Settings {
    /// Every setting with its value, as the Admin API's `/` shows it under `configuration`: numbers as numbers, listeners
    /// and plugins as lists. None of them holds a secret; keys are named by their files.
    func document(loadedPlugins: [String]) -> JSONObject {
        var document: JSONObject = [:]
        for setting in SettingsCatalogue.all {
            if case .unavailable = setting.kind { continue }
            let value = self[setting.name]
            switch setting.kind {
            case .integer, .automaticInteger: document[setting.name] = Int(value).map { .integer($0) } ?? .string(value)
            case .list: document[setting.name] = .array(Self.words(value).map { .string($0) })
            default: document[setting.name] = value.isEmpty ? .null : .string(value)
            }
        }
        document["database"] = usesDatabase ? "sqlite" : "off"
        document["event_loops"] = .integer(eventLoops)
        document["loaded_plugins"] = .object(JSONObject(loadedPlugins.map { ($0, true) }))
        return document
    }

    static func words(_ value: String) -> [String] {
        value.split(separator: ",").map { word in String(word.drop { $0 == " " }) }
    }
}
