import JSON
import TestRandom
import Testing

@testable import GatewayModel

@Suite("declarative files, whatever comes")
struct DeclarativeRobustnessTests {
    private static let seeds = [
        """
        _format_version: "3.0"
        _info: {select_tags: [t]}
        services:
        - name: s
          url: http://a.example:81/x
          tags: [a, b]
          routes:
          - {name: r, paths: [/a, "~/b/(?<c>.*)"], hosts: ["*.a"], headers: {x: [y]}}
          plugins:
          - name: echo
            config: {text: a, count: 2, servers: [{host: h, port: 1}], labels: {k: 1}, inner: {deep: {on: false}}}
        consumers: [{username: alice, custom_id: "1"}, {username: bob}]
        plugins:
        - {name: access, config: {allow: [x]}, protocols: [http], enabled: false, consumer: alice}
        """,
        #"{"_format_version":"2.1","routes":[{"paths":["/a\\d"],"id":"0b8a1c9e-8c3e-4d0e-9d0a-0a8c1f0e0a11"}]}"#,
        """
        _format_version: "1.1"
        certificates:
        - cert: "{vault://env/CERT}"
          key: "{vault://env/KEY}"
          snis: [a.example, {name: b.example}]
        _ignore: [&x [1, 2], *x]
        """,
        """
        _format_version: "3.0"
        vaults: [{name: env, prefix: my-env, config: {prefix: A_}}, {name: file, prefix: fi, config: {directory: /x}}]
        upstreams:
        - name: u.test
          hash_on: header
          hash_on_header: x
          healthchecks: {active: {healthy: {interval: 2.5}}, threshold: 5}
          targets: [{target: "a:1", weight: 5}, {target: "::1"}]
        targets: [{target: b, upstream: u.test}]
        consumer_groups:
        - {name: g, consumers: [bob], plugins: [{name: badges}]}
        consumers:
        - {username: alice, groups: [{name: g}], badge_credentials: [{number: "7", pin: "1"}], badge_rights: [{door: d}]}
        - username: bob
        key_sets: [{name: s, keys: [{kid: k, jwk: "{vault://my-env/k}"}]}]
        """,
    ]
    private static let tokens = [
        "name", "config", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "\"", "'", "null", "~", "&x ", "*x", "<<: ",
        "5", "-1", "1e309", "true", "id", "_comment", "services:", "/", "\\", "\u{0}", "\u{fe0f}", "|", ">", "!!str ",
    ]

    private static func mutated(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let place = Int.random(in: 0...text.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text.insert(contentsOf: Array(tokens.randomElement(using: &random)!.utf8), at: place)
            case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 0...12, using: &random)))
            case 2: text.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3:
                let end = min(text.count, place + Int.random(in: 0...40, using: &random))
                text.insert(contentsOf: Array(text[place..<end]), at: Int.random(in: 0...text.count, using: &random))
            default: if place < text.count { text[place] = UInt8.random(in: 0x20...0x7e, using: &random) }
            }
        }
        return text
    }

    @Test("the texts that are changed below are right themselves", arguments: seeds)
    func unchanged(text: String) throws {
        _ = try DeclarativeConfiguration.read(Array(text.utf8), schema: TestSchema.schema, now: 7)
    }

    @Test("any text is read or refused with problems; what is read goes out and comes back the same", arguments: 1...6)
    func anything(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (read, refused) = (0, 0)
        for round in 0..<1500 {
            let text = Self.mutated(Array(Self.seeds[round % Self.seeds.count].utf8), &random)
            do throws(DeclarativeConfiguration.Failure) {
                let configuration = try DeclarativeConfiguration.read(text, schema: TestSchema.schema, now: 7)
                read += 1
                let again = try DeclarativeConfiguration.read(
                    Array(DeclarativeConfiguration.text(configuration).utf8), schema: TestSchema.schema, now: 8)
                for definition in TestSchema.schema.definitions {
                    #expect(again.all(definition.name) == configuration.all(definition.name))
                }
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty && !error.fields.isEmpty)
                #expect(!error.description.isEmpty && !error.modelError.message.isEmpty)
                #expect(error.flattenedBody["flattened_errors"]?.arrayValue?.count == error.flattened.count)
            }
        }
        #expect(read > 20 && refused > 100)
    }

    @Test("a document of ten thousand wrong entities is told in full, its description in short")
    func manyProblems() {
        var text = "_format_version: \"3.0\"\nroutes:\n"
        for number in 0..<10_000 { text += "- {name: r\(number), paths: [x]}\n" }
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
            try DeclarativeConfiguration.read(Array(text.utf8), schema: TestSchema.schema, now: 1)
        }
        #expect(failure?.problems.count == 10_000)
        #expect(failure?.fields["routes"]?.arrayValue?.count == 10_000)
        #expect(failure?.description.hasSuffix("… and 9900 more") == true)
    }

    @Test("a document is bounded in size, depth and what its aliases expand to")
    func bounds() {
        let head = "_format_version: \"3.0\"\n"
        var bomb = head + "_ignore: &a0 [x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb +=
                "_ignore\(level): &a\(level) [" + (0..<8).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]\n"
        }
        let deep = head + "_ignore: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let deepJSON =
            #"{"services":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}"
        for (text, message) in [
            (bomb, "aliases stand for more than"), (deep, "nested deeper"), (deepJSON, "nested deeper"),
        ] {
            let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
                try DeclarativeConfiguration.read(Array(text.utf8), schema: TestSchema.schema, now: 1)
            }
            #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
        }
    }
}
