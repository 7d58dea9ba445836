/// The words of a command line: flags with values, and the rest.
struct Arguments {
    /// In their order, names with underscores.
    private(set) var flags: [(name: String, value: String)] = []
    private(set) var words: [String] = []
    private(set) var asksForHelp = false

    /// - Parameter switches: Flags without a value.
    init(_ arguments: [String], switches: Set<String> = []) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                asksForHelp = true
            } else if argument.hasPrefix("--"), argument.count > 2 {
                let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = parts[0].map { $0 == "-" ? "_" : String($0) }.joined()
                if parts.count == 2 {
                    flags.append((name, String(parts[1])))
                } else if switches.contains(name) {
                    flags.append((name, "true"))
                } else if let value = rest.popFirst() {
                    flags.append((name, value))
                } else {
                    throw UsageError("\(argument) needs a value")
                }
            } else if argument.hasPrefix("-"), argument.count > 1 {
                throw UsageError("there is no option \(argument)")
            } else {
                words.append(argument)
            }
        }
    }

    /// Takes a flag of the command's own out of the flags; the last one counts.
    mutating func take(_ name: String) -> String? {
        let value = flags.last { $0.name == name }?.value
        flags.removeAll { $0.name == name }
        return value
    }

    /// Takes a flag that may be given several times, all its values.
    mutating func takeAll(_ name: String) -> [String] {
        let values = flags.filter { $0.name == name }.map(\.value)
        flags.removeAll { $0.name == name }
        return values
    }

    /// Takes the first of the words.
    mutating func takeWord() -> String? { words.isEmpty ? nil : words.removeFirst() }

    /// Refuses what nobody has taken.
    func requireNothingLeft() throws(UsageError) {
        if let flag = flags.first {
            throw UsageError("there is no option --\(flag.name.map { $0 == "_" ? "-" : String($0) }.joined())")
        }
        if let word = words.first { throw UsageError("'\(word)' is one word too many") }
    }
}

/// A command line that cannot be understood.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
