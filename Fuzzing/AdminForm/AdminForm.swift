internal import CFuzzer
internal import GatewayModel
internal import Glibc
internal import JSON
internal import Plugins

/// Bodies for the Admin API. The first byte says of what media type and for what kind of entity; the rest is the body.
@main
enum AdminForm {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                AdminForm.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let schema = GatewaySchema(plugins: BundledPlugins.schemas)
    private static let types = [
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json; charset=utf-8",
        "multipart/form-data; boundary=\"b c\"",
    ]

    static func check(_ input: [UInt8]) {
        guard let plan = input.first else { return }
        let definition = schema.definitions[Int(plan >> 2) % schema.definitions.count]
        let object: JSONObject
        do throws(FormDecoder.Problem) {
            object = try FormDecoder.decode(Array(input.dropFirst()), contentType: types[Int(plan & 3)]) { name in
                schema.inputSchema(definition, pluginName: name)
            }
        } catch {
            guard error.status == 400, !error.message.isEmpty else { fatalError("an odd refusal: \(error)") }
            return
        }
        var configuration = Configuration(schema: schema)
        var change = ConfigurationChange()
        do throws(ModelError) {
            let entity = try configuration.create(definition, object, now: 1, change: &change)
            check(entity, definition, configuration)
        } catch {
            guard (400..<500).contains(error.status), !error.message.isEmpty else {
                fatalError("an odd error: \(error)")
            }
        }
    }

    /// What was created can be read back and validated again.
    private static func check(_ entity: Entity, _ definition: EntityDefinition, _ configuration: Configuration) {
        guard configuration.entity(definition.name, id: entity.id) == entity else { fatalError("it is not there") }
        let text = JSONValue.object(entity.fields).text
        do {
            let again = try JSONValue.parse(text: text)
            guard again == .object(entity.fields) else { fatalError("JSON changes it: \(text)") }
        } catch { fatalError("its JSON cannot be read: \(error): \(text)") }
    }
}
