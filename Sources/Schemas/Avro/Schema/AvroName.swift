/// Names and namespaces (section "Names" of the specification).
enum AvroName {
    /// A letter or underscore, then letters, digits and underscores, all of ASCII.
    static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isInitial(first) else { return false }
        return text.utf8.allSatisfy { isInitial($0) || (0x30...0x39).contains($0) }
    }

    static func isName(_ text: String) -> Bool { isName(text[...]) }

    private static func isInitial(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
    }

    /// Names with dots between them.
    static func isFullName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isName($0) }
    }

    /// What stands behind the last dot.
    static func unqualified(_ fullName: String) -> String {
        guard let dot = fullName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return fullName }
        return String(fullName[fullName.utf8.index(after: dot)...])
    }

    /// What stands before the last dot; empty when there is none.
    static func namespace(of fullName: String) -> String {
        guard let dot = fullName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(fullName[..<dot])
    }

    /// A name as it is meant within a namespace: one with a dot is whole.
    static func full(_ name: String, in namespace: String) -> String {
        namespace.isEmpty || name.utf8.contains(UInt8(ascii: ".")) ? name : namespace + "." + name
    }
}
