import JSON

/// One call of a registry and what must come of it, in the embedded one and in Apicurio's.
struct RegistryCall: Sendable {
    /// What it shows.
    let title: String
    let method: String
    /// `{name}` stands for what an earlier call has saved.
    let target: String
    let body: JSONValue?
    let expected: ExpectedAnswer
    /// What Apicurio answers instead.
    var difference: (ApicurioDifference, ExpectedAnswer)?
    /// Numbers of the answer that later calls use: a member of the body by its name.
    var saved: [String: String] = [:]

    init(
        _ title: String, _ method: String, _ target: String, _ body: JSONValue?, _ expected: ExpectedAnswer
    ) {
        self.title = title
        self.method = method
        self.target = target
        self.body = body
        self.expected = expected
    }

    init(_ title: String, _ method: String, _ target: String, _ expected: ExpectedAnswer) {
        self.init(title, method, target, nil, expected)
    }

    func apicurio(_ difference: ApicurioDifference, _ expected: ExpectedAnswer) -> RegistryCall {
        var call = self
        call.difference = (difference, expected)
        return call
    }

    func saving(_ member: String, as name: String) -> RegistryCall {
        var call = self
        call.saved[name] = member
        return call
    }
}

/// What must be true of an answer.
enum ExpectedAnswer: Sendable {
    /// 200, and the body is this; of objects, these members at least.
    case body(JSONValue)
    /// 200, and these members are not in the body.
    case without([String])
    /// The status of this `error_code`, and the code.
    case code(Int)
    /// 200, and the body is a list with this in it, or without it.
    case contains(JSONValue), lacks(JSONValue)
    /// A status, and a code that is not one of it.
    case refusal(Int, Int)
    /// A status, whatever the body.
    case status(Int)

    /// What is wrong with an answer; nil: nothing.
    func problem(with answer: RegistryAnswer, _ saved: [String: Int]) -> String? {
        switch self {
        case .body(let value):
            guard answer.status == 200 else { return "not 200" }
            guard let body = answer.json else { return "no JSON" }
            return Self.holds(Self.filled(value, saved), body)
                ? nil : "the body is not \(Self.filled(value, saved).text)"
        case .without(let names):
            guard answer.status == 200, let body = answer.json?.objectValue else { return "no object" }
            return names.first { body[$0] != nil }.map { "'\($0)' is there" }
        case .code(let code):
            guard answer.status == (code < 1000 ? code : code / 100) else { return "not the status of \(code)" }
            return answer.code == code ? nil : "not code \(code)"
        case .contains(let element), .lacks(let element):
            guard answer.status == 200, let elements = answer.json?.arrayValue else { return "no list" }
            let isWanted = if case .contains = self { true } else { false }
            return elements.contains(element) == isWanted ? nil : "'\(element)' is \(isWanted ? "not " : "")in it"
        case .refusal(let status, let code):
            return answer.status == status && answer.code == code ? nil : "not \(status) with \(code)"
        case .status(let status): return answer.status == status ? nil : "not \(status)"
        }
    }

    /// `"{name}"` becomes the number that was saved.
    private static func filled(_ value: JSONValue, _ saved: [String: Int]) -> JSONValue {
        switch value {
        case .string(let text) where text.hasPrefix("{") && text.hasSuffix("}"):
            saved[String(text.dropFirst().dropLast())].map { .integer($0) } ?? value
        case .array(let elements): .array(elements.map { filled($0, saved) })
        case .object(let members): .object(JSONObject(members.map { ($0.key, filled($0.value, saved)) }))
        default: value
        }
    }

    private static func holds(_ expected: JSONValue, _ found: JSONValue) -> Bool {
        switch (expected, found) {
        case (.object(let expected), .object(let found)):
            expected.allSatisfy { name, value in found[name].map { holds(value, $0) } ?? false }
        case (.array(let expected), .array(let found)):
            expected.count == found.count && zip(expected, found).allSatisfy(holds)
        default: expected == found
        }
    }
}
