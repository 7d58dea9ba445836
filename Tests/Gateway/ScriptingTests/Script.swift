import JSON
import Scripting

/// Runs one script in a sandbox of its own.
func run(
    _ source: String, _ arguments: [JSONValue] = [], limits: LuaLimits = LuaLimits()
) throws -> JSONValue? {
    let sandbox = try LuaSandbox(limits: limits)
    return try sandbox.run(try sandbox.compile(source, name: "script"), arguments)
}

/// The error that a script ends with.
func error(_ sandbox: LuaSandbox, _ source: String, _ arguments: [JSONValue] = []) throws -> LuaError? {
    do {
        _ = try sandbox.run(try sandbox.compile(source, name: "script"), arguments)
        return nil
    } catch {
        return error
    }
}
