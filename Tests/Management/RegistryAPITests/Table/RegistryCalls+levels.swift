import JSON

extension RegistryCalls {
    private static let allLevels = [
        "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE",
    ]

    /// For each language and level what may follow and what not, by the check and by the registration.
    static let levelsOfLanguages: [RegistryCall] = EvolutionSample.all.flatMap { sample in
        allLevels.flatMap { calls(sample, $0) }
    }

    /// How a second version and the first read each other's data.
    private enum Relation: String {
        case readsOnly = "reads only"
        case isOnlyRead = "is only read"
        case neither, both
    }

    private static func calls(_ sample: EvolutionSample, _ level: String) -> [RegistryCall] {
        let title = "\(sample.language), \(level)"
        let subject = "\(sample.language)-\(level)".lowercased()
        let isNone = level == "NONE"
        var calls = [
            RegistryCall(
                "\(title): the first version", "POST", "/subjects/\(subject)/versions", sample.body(sample.base),
                .status(200)),
            RegistryCall(
                title, "PUT", "/config/\(subject)", ["compatibility": .string(level)],
                .body(["compatibility": .string(level)])
            ).apicurio(.levelAnswers, .body(["compatibilityLevel": .string(level)])),
        ]
        for (relation, text, isAllowed) in [
            (Relation.readsOnly, sample.reads, isNone || level.hasPrefix("BACKWARD")),
            (.isOnlyRead, sample.isRead, isNone || level.hasPrefix("FORWARD")),
            (.neither, sample.neither, isNone), (.both, sample.both, true),
        ] {
            let difference = difference(sample, level, relation, isAllowed)
            for target in ["versions/latest", "versions/1", "versions"] {
                var call = RegistryCall(
                    "\(title): \(relation.rawValue)", "POST", "/compatibility/subjects/\(subject)/\(target)",
                    sample.body(text), .body(["is_compatible": .bool(isAllowed)]))
                if let difference { call = call.apicurio(difference, .body(["is_compatible": .bool(!isAllowed)])) }
                calls.append(call)
            }
            guard !isAllowed || relation == .both else { continue }
            var call = RegistryCall(
                "\(title): \(relation.rawValue)", "POST", "/subjects/\(subject)/versions", sample.body(text),
                isAllowed ? .status(200) : .code(409))
            if let difference { call = call.apicurio(difference, isAllowed ? .code(409) : .status(200)) }
            calls.append(call)
        }
        return calls
    }

    /// Why Apicurio decides the other way; nil: it does not.
    private static func difference(
        _ sample: EvolutionSample, _ level: String, _ relation: Relation, _ isAllowed: Bool
    ) -> ApicurioDifference? {
        let isProtobuf = sample.language == "PROTOBUF"
        switch relation {
        case .neither: return level == "NONE" ? .subjectNone : nil
        case .isOnlyRead where level == "NONE": return isProtobuf ? nil : .subjectNone
        case .readsOnly, .isOnlyRead: return isProtobuf && !isAllowed ? .removedMessages : nil
        case .both: return isProtobuf && level.hasPrefix("FORWARD") ? .addedFields : nil
        }
    }
}
