/// What a script may take before it is ended. No script can catch that.
package struct LuaLimits: Sendable, Hashable {
    /// Instructions of Lua's machine in one run. Functions of its library that work long count as many; so do bytes that
    /// are allocated, 64 as one.
    package var instructions = 1_000_000
    /// Processor time of one run, for what is slow in few instructions.
    package var milliseconds = 250
    /// Bytes that a sandbox may take, of which its library is some 50 KiB.
    package var memory = 8 * 1024 * 1024
    /// Bytes of a value that comes in or goes out, and of a text for `cjson.decode`.
    package var valueBytes = 1024 * 1024
    /// How many values such a value may have in all.
    package var valueCount = 100_000
    /// How deeply it may nest, 1 for a flat table.
    package var valueDepth = 100

    package init() {}
}
