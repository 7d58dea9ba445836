package import GatewayModel
internal import JSON
internal import LogKit

/// The configuration of `file-log` (reference section 6).
extension FileLog {
    package static let schema = PluginSchema(
        name: "file-log", priority: 9, version: "0.1.0",
        summary:
            "Appends what each request was, and how it was answered, to a file as a line of JSON: Kong's log entry. "
            + "Lines are written whole by a thread of their own that never holds up an answer; those that find 50000 "
            + "lines or 64 MiB waiting are dropped, counted and named in the log. Rotated and deleted files are noticed.",
        config: RecordSchema(
            fields: [
                NamedField(
                    "path",
                    .string.required().check(LogPath.problem).describe(
                        "The file; it is made when it is not there. `/dev/stdout` and `/dev/stderr` are the process's own."
                    )
                ),
                NamedField(
                    "reopen",
                    .boolean.default(false).describe(
                        "Whether a rotated file is noticed before the next line; otherwise within a second.")),
            ] + LogEntryFields.fields))
}
