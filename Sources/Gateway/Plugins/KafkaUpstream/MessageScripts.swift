internal import Bytes
internal import HTTPServer
internal import JSON
internal import Observability
internal import PluginKit
internal import ScriptKit
internal import Scripting

/// `message_by_lua_functions` on one loop (reference section 1.5): each script gives a function of one argument; they run
/// one after another on the message, and what comes out is the record's value.
final class MessageScripts {
    /// One request may take this much, however many scripts there are.
    static let limits: LuaLimits = {
        var limits = LuaLimits()
        limits.milliseconds = 100
        return limits
    }()

    private let host: RequestScripts
    private let chunks: [LuaChunk]

    /// - Parameter sources: Were compiled before, when the configuration was checked.
    init(_ sources: [String], logger: Logger, pluginID: String) throws(LuaError) {
        host = try RequestScripts(limits: Self.limits, logger: logger, pluginID: pluginID)
        var chunks: [LuaChunk] = []
        for (place, source) in sources.enumerated() {
            chunks.append(try host.sandbox.compile(source, name: "message_by_lua_functions[\(place + 1)]"))
        }
        self.chunks = chunks
    }

    /// Changes the value of a record.
    func change(
        _ value: inout [UInt8], _ exchange: borrowing Exchange, _ context: RequestContext
    ) throws(BodyProblem) {
        let message: JSONValue
        do throws(JSONError) { message = try JSONValue.parse(value.span, maximumDepth: Self.limits.valueDepth) } catch {
            throw BodyProblem("the message is no JSON that a script could be given: \(error)")
        }
        do throws(LuaError) {
            let result = try host.with(exchange, context) { (sandbox) throws(LuaError) in
                try sandbox.runChain(chunks, message: message)
            }
            value.removeAll(keepingCapacity: true)
            switch result {
            case nil: throw LuaError(.badValue, "the functions gave no message")
            // A text is sent as it is: JSON that a script has written, for instance.
            case .string(let text): value += text.utf8
            case let result?: result.write(to: &value)
            }
        } catch {
            throw BodyProblem("message_by_lua_functions failed: \(error.message)", isClients: false)
        }
    }
}
