extension DNSMessage {
    /// What a message says about one name and type.
    struct Selection: Hashable {
        /// The name that the aliases end at; the one that was asked for if there are none.
        var name: String
        /// How many names were followed.
        var aliases = 0
        /// The least of the aliases and the records, in seconds.
        var timeToLive = UInt32.max
        var records: [DNSRecord] = []
    }

    /// The records of `type` for `name`, and for what it is an alias of. Throws when there are more than
    /// `maximumAliases` one after another.
    func select(_ name: String, _ type: RecordType, maximumAliases: Int) throws(DNSFormatError) -> Selection {
        var selection = Selection(name: name)
        while true {
            selection.records = answers.filter { $0.type == type && $0.name == selection.name && $0.content != .other }
            if !selection.records.isEmpty {
                selection.timeToLive = min(selection.timeToLive, selection.records.map(\.timeToLive).min() ?? .max)
                return selection
            }
            guard let alias = alias(of: selection.name) else { return selection }
            guard selection.aliases < maximumAliases else {
                throw DNSFormatError("there are more than \(maximumAliases) aliases one after another")
            }
            selection.aliases += 1
            selection.name = alias.target
            selection.timeToLive = min(selection.timeToLive, alias.timeToLive)
        }
    }

    private func alias(of name: String) -> (target: String, timeToLive: UInt32)? {
        for record in answers where record.name == name {
            if case .alias(let target) = record.content { return (target, record.timeToLive) }
        }
        return nil
    }

    /// The addresses of one type that the server added for `name`.
    func added(_ name: String, _ type: RecordType) -> [DNSRecord] {
        additional.filter { $0.type == type && $0.name == name }
    }
}
