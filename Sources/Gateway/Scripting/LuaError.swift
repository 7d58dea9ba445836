/// Why a script was not compiled, or did not end well.
package struct LuaError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The text is no Lua.
        case syntax
        /// The script raised an error.
        case runtime
        /// It took more instructions than a run may.
        case instructions
        /// It took more processor time.
        case time
        /// It wanted more memory.
        case memory
        /// A value has no form in JSON or is too large, or a script of a chain gave no function.
        case badValue
    }

    package let kind: Kind
    /// With the chunk's name and the line where there is one. May have text of the script and of its values.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
