import JSON
import Testing

@testable import GatewayModel

/// Ids that Kong 2.5 gave these entities, as its Admin API told them; and those of the same rules.
@Suite("derived ids")
struct DerivedIDTests {
    private func read(_ text: String) throws -> Configuration {
        try DeclarativeConfiguration.read(
            Array("_format_version: \"3.0\"\n\(text)".utf8), schema: TestSchema.schema, now: 7)
    }

    @Test("an upstream's comes from its name, a target's from its text and its upstream as they are written")
    func upstreams() throws {
        let flat = try read(
            "upstreams: [{name: test}]\ntargets:\n- {target: \"127.0.0.1:8001\", upstream: test}\n- {target: \"127.0.0.1:8002\", upstream: test}"
        )
        #expect(flat.all("upstreams").map(\.id) == ["b2915477-0dc9-5a02-a763-4ee6456dd8bc"])
        #expect(
            flat.all("targets").map(\.id) == [
                "211083f2-a6f6-57c1-aa94-f53a442bf4b1", "70bba5ae-46ed-5d8d-8538-fa8890c4fc68",
            ])
        let nested = try read("upstreams: [{name: test, targets: [{target: \"127.0.0.1:8001\"}]}]")
        #expect(nested.all("targets").map(\.id) == ["dc97cec0-2f66-5fe2-8d36-8d0c4b5de5b6"])
    }

    @Test("one target in two upstreams is two")
    func siblings() throws {
        let both = try read(
            "upstreams:\n- {name: a, targets: [{target: x}]}\n- {name: b, targets: [{target: x}]}")
        #expect(both.count("targets") == 2)
        let names = try read(
            "consumers:\n- {username: a, badge_rights: [{door: x}]}\n- {username: b, badge_rights: [{door: x}]}")
        #expect(names.count("badge_rights") == 2)
    }

    @Test("a plugin's does not change for a group that it is not bound to")
    func plugins() throws {
        let one = try read("plugins: [{name: badges}]")
        let same = try read("plugins: [{name: badges, consumer_group: null}]")
        #expect(one.all("plugins").map(\.id) == same.all("plugins").map(\.id))
        let bound = try read(
            "consumer_groups: [{name: g}]\nplugins: [{name: badges, consumer_group: g}, {name: badges}]")
        #expect(bound.count("plugins") == 2)
        #expect(bound.all("plugins").map(\.id).contains(one.all("plugins")[0].id))
    }
}
