internal import CFuzzer
internal import GatewayModel
internal import Glibc
internal import JSON
internal import Plugins

/// Declarative files: what is read is written out, and read again the same.
@main
enum DeclarativeFile {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                DeclarativeFile.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static let schema = GatewaySchema(plugins: BundledPlugins.schemas)

    static func check(_ input: [UInt8]) {
        let configuration: Configuration
        do throws(DeclarativeConfiguration.Failure) {
            configuration = try DeclarativeConfiguration.read(input, schema: schema, now: 7)
        } catch {
            guard !error.problems.isEmpty, !error.fields.isEmpty, !error.description.isEmpty,
                error.flattenedBody["flattened_errors"]?.arrayValue?.count == error.flattened.count
            else { fatalError("a failure without a reason") }
            return
        }
        let text = DeclarativeConfiguration.text(configuration)
        do throws(DeclarativeConfiguration.Failure) {
            let again = try DeclarativeConfiguration.read(Array(text.utf8), schema: schema, now: 8)
            for definition in schema.definitions where again.all(definition.name) != configuration.all(definition.name)
            {
                fatalError("\(definition.name) come back otherwise from:\n\(text)")
            }
        } catch { fatalError("what was written cannot be read: \(error)\n\(text)") }
    }
}
