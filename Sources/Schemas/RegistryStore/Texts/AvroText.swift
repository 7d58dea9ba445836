internal import JSON

/// Avro schemas with their attributes in one order, and each name and type written in one way, as Avro's own tools
/// write them. Nothing is left out.
enum AvroText {
    private static let primitives: Set<String> = [
        "null", "boolean", "int", "long", "float", "double", "bytes", "string",
    ]

    /// - Parameter sortsProperties: Whether properties of the user's own are ordered by their names.
    static func canonical(_ schema: JSONValue, sortsProperties: Bool) -> JSONValue {
        Writer(sortsProperties: sortsProperties).type(schema, within: "")
    }

    private struct Writer {
        let sortsProperties: Bool

        func type(_ value: JSONValue, within namespace: String) -> JSONValue {
            switch value {
            case .string(let name): return .string(short(name, within: namespace))
            case .array(let branches): return .array(branches.map { type($0, within: namespace) })
            case .object(let object): return self.object(object, within: namespace)
            default: return value
            }
        }

        private func object(_ object: JSONObject, within namespace: String) -> JSONValue {
            guard let kind = object["type"] else { return .object(object) }
            switch kind.stringValue {
            case "record", "error", "enum", "fixed": return named(object, within: namespace)
            case "array": return put(object, ["items": object["items"].map { type($0, within: namespace) }])
            case "map": return put(object, ["values": object["values"].map { type($0, within: namespace) }])
            default:
                let inner = type(kind, within: namespace)
                return object.count == 1 ? inner : put(object, [:], type: inner)
            }
        }

        private func named(_ object: JSONObject, within namespace: String) -> JSONValue {
            guard let given = object["name"]?.stringValue else { return .object(object) }
            var own = object["namespace"]?.stringValue ?? namespace
            var name = given
            if let dot = given.lastIndex(of: ".") {
                own = String(given[..<dot])
                name = String(given[given.index(after: dot)...])
            }
            let fields = object["fields"]?.arrayValue.map { fields in
                JSONValue.array(fields.map { field($0, within: own) })
            }
            return put(
                object,
                [
                    "name": .string(name), "namespace": own == namespace ? nil : .string(own), "doc": object["doc"],
                    "fields": fields ?? object["fields"], "symbols": object["symbols"], "size": object["size"],
                    "default": object["default"], "aliases": object["aliases"],
                ])
        }

        private func field(_ field: JSONValue, within namespace: String) -> JSONValue {
            guard let object = field.objectValue, let kind = object["type"] else { return field }
            let order = object["order"]
            return put(
                object,
                [
                    "name": object["name"], "type": type(kind, within: namespace), "doc": object["doc"],
                    "default": object["default"], "order": order == "ascending" ? nil : order,
                    "aliases": object["aliases"],
                ], type: nil)
        }

        /// The attributes of `known` in that order, those without a value left out, then what else the object has.
        private func put(_ object: JSONObject, _ known: KeyValuePairs<String, JSONValue?>) -> JSONValue {
            put(object, known, type: object["type"])
        }

        private func put(
            _ object: JSONObject, _ known: KeyValuePairs<String, JSONValue?>, type: JSONValue?
        ) -> JSONValue {
            var output = JSONObject()
            if let type { output["type"] = type }
            for (name, value) in known {
                if let value { output[name] = value }
            }
            let names = Set(known.map(\.key) + ["type"])
            let others = object.filter { !names.contains($0.key) }
            for (name, value) in sortsProperties ? others.sorted : others { output[name] = value }
            return .object(output)
        }

        /// A name without the namespace that holds where it stands.
        private func short(_ name: String, within namespace: String) -> String {
            guard let dot = name.lastIndex(of: "."), name[..<dot] == namespace else { return name }
            let last = String(name[name.index(after: dot)...])
            return AvroText.primitives.contains(last) ? name : last
        }
    }
}
