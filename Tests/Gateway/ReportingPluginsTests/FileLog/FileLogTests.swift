import GatewayModel
import JSON
import TestPlugins
import Testing

@testable import ReportingPlugins

@Suite("file-log")
struct FileLogTests {
    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("file-log", ["path": "/tmp/log"]).get()
        #expect(config["path"] == "/tmp/log" && config["reopen"] == false)
        #expect(FileLog.schema.priority == 9 && FileLog.schema.allowsConsumer)
    }

    private static let cases = [
        SchemaCase(#"{"path":"/tmp/log"}"#), SchemaCase(#"{"path":"/dev/stdout"}"#),
        SchemaCase(#"{"path":"/a folder/log file"}"#), SchemaCase(#"{"path":"log"}"#),
        SchemaCase(#"{}"#, "config.path: required field missing"),
        SchemaCase(#"{"path":" /tmp/log"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/log "}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/*"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/a&b"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/%a"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/\\a"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/`a`"}"#, "config.path: not a valid filename"),
        SchemaCase(#"{"path":"/tmp/log","reopen":"yes"}"#, "config.reopen: expected a boolean"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("file-log") }
}
