/// Compares the messages of two schemas, pair by pair and without recursion: messages may lead to each other to any depth.
struct CompatibilityCheck {
    struct Pair: Hashable {
        let reader: Int32
        let writer: Int32
    }

    /// What was found of a pair.
    struct Finding {
        let pair: Pair
        var hindrances: [ProtobufIncompatibility] = []
        /// Fields of messages that are imported, and the pair that they lead to.
        var uses: [(field: FieldRow, pair: Int)] = []
        var isIncompatible = false
    }

    let reader: SchemaTables
    let writer: SchemaTables
    var findings: [Finding] = []
    private var known: [Pair: Int] = [:]

    private static let mostPairs = 200_000

    init(reader: SchemaTables, writer: SchemaTables) {
        self.reader = reader
        self.writer = writer
    }

    mutating func run() throws(ProtobufSchemaError) -> [ProtobufIncompatibility] {
        var all: [ProtobufIncompatibility] = []
        let (own, other) = (reader.string(reader.files[0].package), writer.string(writer.files[0].package))
        if own != other {
            all.append(
                ProtobufIncompatibility(
                    kind: .packageChanged, path: "#/", message: "the package was '\(other)' and is '\(own)'"))
        }
        pairOwnMessages(&all)
        var next = 0
        while next < findings.count {
            try compare(next)
            next += 1
        }
        spread()
        for finding in findings {
            all.append(contentsOf: finding.hindrances)
            for use in finding.uses where findings[use.pair].isIncompatible {
                all.append(
                    hindrance(
                        .fieldNamedTypeChanged, finding.pair, "\(use.field.number)",
                        "the message that it is of has changed incompatibly"))
            }
            if all.count >= ProtobufIncompatibility.most { break }
        }
        return Array(all.prefix(ProtobufIncompatibility.most))
    }

    /// Messages that the schemas define themselves, by their names.
    private mutating func pairOwnMessages(_ all: inout [ProtobufIncompatibility]) {
        var readers: [String: Int32] = [:]
        for row in reader.files[0].messages where !reader.messages[row].isMapEntry {
            readers[reader.localName(Int32(row))] = Int32(row)
        }
        var removed: Set<Int32> = []
        for row in writer.files[0].messages.map(Int32.init) {
            let message = writer.messages[Int(row)]
            if message.isMapEntry { continue }
            let name = writer.localName(row)
            if let other = readers[name] {
                _ = pair(other, row)
            } else if !message.isGroup {
                // Of what was within it, it is told once.
                removed.insert(row)
                if removed.contains(message.parent) { continue }
                all.append(
                    ProtobufIncompatibility(
                        kind: .messageRemoved, path: "#/" + name.replacing(".", with: "/"),
                        message: "the message \(name) is not there any more"))
            }
        }
    }

    /// The place of a pair, which is compared when it is its turn.
    mutating func pair(_ reader: Int32, _ writer: Int32) -> Int {
        let pair = Pair(reader: reader, writer: writer)
        if let place = known[pair] { return place }
        known[pair] = findings.count
        findings.append(Finding(pair: pair))
        return findings.count - 1
    }

    private mutating func compare(_ place: Int) throws(ProtobufSchemaError) {
        guard findings.count <= Self.mostPairs else {
            throw ProtobufSchemaError(
                .tooComplex, "the schemas have more than \(Self.mostPairs) pairs of messages to compare")
        }
        compareFields(place)
        compareOneofs(place)
        findings[place].isIncompatible = !findings[place].hindrances.isEmpty
    }

    /// What uses a message that cannot be read cannot be read either.
    private mutating func spread() {
        var users: [[Int]] = Array(repeating: [], count: findings.count)
        for (place, finding) in findings.enumerated() {
            for use in finding.uses { users[use.pair].append(place) }
        }
        var open = findings.indices.filter { findings[$0].isIncompatible }
        while let place = open.popLast() {
            for user in users[place] where !findings[user].isIncompatible {
                findings[user].isIncompatible = true
                open.append(user)
            }
        }
    }

    func hindrance(
        _ kind: ProtobufIncompatibility.Kind, _ pair: Pair, _ below: String, _ message: String
    ) -> ProtobufIncompatibility {
        let name = reader.localName(pair.reader).replacing(".", with: "/")
        return ProtobufIncompatibility(kind: kind, path: "#/\(name)/\(below)", message: message)
    }
}

extension SchemaTables {
    /// The name of a message without its package.
    func localName(_ row: Int32) -> String {
        let message = messages[Int(row)]
        let package = files[Int(message.file)].package
        var name = message.fullName
        if package.count > 0 {
            name.start += package.count + 1
            name.count -= package.count + 1
        }
        return string(name)
    }
}
