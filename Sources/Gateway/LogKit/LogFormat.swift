internal import JSON
internal import PluginKit

/// What `log_format` changes in an entry, in this order: what is kept, what is left out, what is hidden, where it goes,
/// and what is added.
struct LogFormat: Sendable {
    private let include: [FieldPath]
    private let exclude: [FieldPath]
    private let redact: [FieldPath]
    private let rename: [(from: FieldPath, to: FieldPath)]
    private let constants: [LogField]

    static let hidden: JSONValue = "REDACTED"

    init(_ config: JSONObject) throws(FieldPath.Problem) {
        func paths(_ name: String) throws(FieldPath.Problem) -> [FieldPath] {
            var paths: [FieldPath] = []
            for text in config[name]?.texts ?? [] { paths.append(try FieldPath(text)) }
            return paths
        }
        include = try paths("include")
        exclude = try paths("exclude")
        redact = try paths("redact")
        var rename: [(FieldPath, FieldPath)] = []
        for (from, to) in config["rename"]?.objectValue ?? [:] {
            rename.append((try FieldPath(from), try FieldPath(to.stringValue ?? "")))
        }
        self.rename = rename
        var constants: [LogField] = []
        for (path, text) in config["constants"]?.objectValue ?? [:] {
            constants.append(LogField(try FieldPath(path), text))
        }
        self.constants = constants
    }

    var isEmpty: Bool {
        include.isEmpty && exclude.isEmpty && redact.isEmpty && rename.isEmpty && constants.isEmpty
    }

    /// Changes the entry. A place that cannot be filled is told to `failed`, and the rest goes on.
    func apply(to entry: inout JSONValue, failed: (FieldPath, FieldPath.Problem) -> Void) {
        func set(_ path: FieldPath, _ value: JSONValue?) {
            do throws(FieldPath.Problem) { try path.set(value, in: &entry) } catch { failed(path, error) }
        }
        if !include.isEmpty {
            let whole = entry
            entry = [:]
            for path in include { if let value = path.value(in: whole) { set(path, value) } }
        }
        for path in exclude { set(path, nil) }
        for path in redact where path.value(in: entry) != nil { set(path, Self.hidden) }
        for (from, to) in rename {
            guard let value = from.value(in: entry) else { continue }
            set(from, nil)
            set(to, value)
        }
        for field in constants { set(field.path, field.value) }
    }
}
