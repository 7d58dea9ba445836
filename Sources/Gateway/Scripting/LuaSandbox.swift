internal import CLua
package import JSON

/// A Lua state for scripts that nobody trusts. They see the language, `string`, `table`, `math`, some of `os`, `cjson` by
/// `require`, and the functions that the host defines; no files, no network, no other code, no coroutines (no limit would
/// watch these). Each run has globals of its own. Used by one thread.
package final class LuaSandbox {
    /// A function of the host: its arguments (nil is null) to its value. What it throws becomes an error in Lua, with the
    /// thrown error's description.
    package typealias HostFunction = ([JSONValue]) throws -> JSONValue?

    package let limits: LuaLimits
    private var state: OpaquePointer?
    private var functions: [HostFunction] = []
    private var writer = LuaValueWriter()
    private var isBusy = false

    package init(limits: LuaLimits = LuaLimits()) throws(LuaError) {
        self.limits = limits
        var bounds = clua_limits(
            memory: limits.memory, instructions: UInt64(limits.instructions),
            nanoseconds: UInt64(limits.milliseconds) * 1_000_000, value_bytes: limits.valueBytes,
            value_count: limits.valueCount, value_depth: Int32(limits.valueDepth))
        let call: clua_call = { context, state, function, bytes, count in
            guard let context, let state else { return 1 }
            let sandbox = Unmanaged<LuaSandbox>.fromOpaque(context).takeUnretainedValue()
            return sandbox.call(function, UnsafeRawBufferPointer(start: bytes, count: count), state)
        }
        // Not retained: the state ends with the sandbox.
        state = clua_new(&bounds, call, Unmanaged.passUnretained(self).toOpaque())
        if state == nil { throw LuaError(.memory, "no memory for Lua") }
    }

    deinit {
        if let state { clua_free(state) }
    }

    /// Bytes that Lua's values take now.
    package var memory: Int { state.map { clua_memory($0) } ?? 0 }

    /// Gives scripts a function by its path, such as `kong.request.get_header`. A last part `__index`, `__newindex` or
    /// `__call` makes the table before it answer so: `kong.ctx.shared.__index` gets the name that a script asks for.
    package func define(_ path: String, _ function: @escaping HostFunction) throws(LuaError) {
        functions.append(function)
        try check(clua_define(state, path, Int32(functions.count - 1)))
    }

    /// Compiles a script.
    ///
    /// - Parameter name: what messages call it.
    package func compile(_ source: String, name: String) throws(LuaError) -> LuaChunk {
        guard !isBusy else { throw LuaError(.runtime, "a script is running") }
        var reference: Int32 = 0
        var source = source
        let outcome = source.withUTF8 { clua_compile(state, $0.baseAddress, $0.count, name, &reference) }
        try check(outcome)
        return LuaChunk(sandbox: ObjectIdentifier(self), reference: reference)
    }

    /// Runs a script with arguments (its `...`), and answers its first result; nil for none.
    package func run(_ chunk: LuaChunk, _ arguments: [JSONValue] = []) throws(LuaError) -> JSONValue? {
        try result([chunk]) { chunks, writer in
            writer.append(arguments)
            return writer.bytes.withUnsafeBufferPointer { clua_run(state, chunks[0], $0.baseAddress, $0.count) }
        }
    }

    /// Hands a message through scripts, each of which gives a function of one argument. Nil when one of these gave nil:
    /// those after it are not asked. Limits hold for all together; globals are each script's own.
    package func runChain(_ chunks: [LuaChunk], message: JSONValue) throws(LuaError) -> JSONValue? {
        try result(chunks) { chunks, writer in
            writer.append(message)
            return writer.bytes.withUnsafeBufferPointer { bytes in
                clua_run_chain(state, chunks.baseAddress, chunks.count, bytes.baseAddress, bytes.count)
            }
        }
    }

    private func result(
        _ chunks: [LuaChunk], _ run: (UnsafeBufferPointer<Int32>, inout LuaValueWriter) -> Int32
    ) throws(LuaError) -> JSONValue? {
        guard !isBusy else { throw LuaError(.runtime, "a script is running") }
        precondition(chunks.allSatisfy { $0.sandbox == ObjectIdentifier(self) }, "a chunk of another sandbox")
        isBusy = true
        defer { isBusy = false }
        // Apart while it is used: a function of the host writes with the sandbox's.
        var writer = LuaValueWriter()
        swap(&writer, &self.writer)
        writer.removeAll()
        let outcome = chunks.map(\.reference).withUnsafeBufferPointer { run($0, &writer) }
        swap(&writer, &self.writer)
        try check(outcome)
        var reader = LuaValueReader(answer)
        return try reader.value()
    }

    /// What the last call left: a value, or a message.
    private var answer: UnsafeRawBufferPointer {
        var count = 0
        let bytes = clua_result(state, &count)
        return UnsafeRawBufferPointer(start: bytes, count: count)
    }

    private func check(_ outcome: Int32) throws(LuaError) {
        let kind: LuaError.Kind
        switch Int(outcome) {
        case Int(CLUA_OK): return
        case Int(CLUA_SYNTAX): kind = .syntax
        case Int(CLUA_INSTRUCTIONS): kind = .instructions
        case Int(CLUA_TIME): kind = .time
        case Int(CLUA_MEMORY): kind = .memory
        case Int(CLUA_BAD_VALUE): kind = .badValue
        default: kind = .runtime
        }
        throw LuaError(kind, String(decoding: answer, as: UTF8.self))
    }

    /// Answers Lua's side: 0 with a value or text, 1 with a message.
    private func call(_ function: Int32, _ bytes: UnsafeRawBufferPointer, _ state: OpaquePointer) -> Int32 {
        writer.removeAll()
        do {
            var reader = LuaValueReader(bytes)
            switch function {
            case Int32(CLUA_ENCODE):
                var text: [UInt8] = []
                (try reader.value() ?? .null).write(to: &text)
                return answer(state, text, 0)
            case Int32(CLUA_DECODE):
                let text = Array(bytes)
                writer.append(try JSONValue.parse(text.span, maximumDepth: limits.valueDepth))
            default: writer.append(try functions[Int(function)](reader.arguments()))
            }
            return answer(state, writer.bytes, 0)
        } catch {
            return answer(state, Array("\(error)".utf8.prefix(1000)), 1)
        }
    }

    private func answer(_ state: OpaquePointer, _ bytes: [UInt8], _ outcome: Int32) -> Int32 {
        bytes.withUnsafeBufferPointer { clua_answer(state, $0.baseAddress, $0.count) } == 1 ? outcome : 1
    }
}
