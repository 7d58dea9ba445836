import JSON
import Testing

@testable import GatewayModel

@Suite("consumer groups")
struct ConsumerGroupEntityTests {
    private static func bench() throws -> Workbench {
        var bench = Workbench()
        for name in ["gold", "silver"] { try bench.create("consumer_groups", ["name": .string(name)]) }
        for name in ["alice", "bob"] { try bench.create("consumers", ["username": .string(name)]) }
        return bench
    }

    @Test("a group needs a name, which is unique")
    func names() throws {
        var bench = try Self.bench()
        #expect(
            Workbench.error { try bench.create("consumer_groups", [:]) }?.message
                == "schema violation (name: required field missing)")
        #expect(
            Workbench.error { try bench.create("consumer_groups", ["name": "a b"]) }?.message.contains("invalid value")
                == true)
        #expect(
            Workbench.error { try bench.create("consumer_groups", ["name": "gold"]) }?.message
                == #"UNIQUE violation detected on '{name="gold"}'"#)
    }

    @Test("a consumer is in a group once, and in several")
    func membership() throws {
        var bench = try Self.bench()
        func link(_ group: String, _ consumer: String) throws {
            try bench.create(
                "consumer_group_consumers",
                ["consumer_group": ["name": .string(group)], "consumer": ["username": .string(consumer)]])
        }
        try link("gold", "alice")
        try link("silver", "alice")
        try link("gold", "bob")
        #expect(Workbench.error { try link("gold", "alice") }?.status == 409)
        #expect(
            Workbench.error { try link("gold", "eve") }?.message
                == #"foreign key unresolved (consumer.username: the foreign key cannot be resolved with '{username="eve"}' for an existing 'consumers' entity)"#
        )
        try bench.delete("consumers", "alice")
        #expect(bench.configuration.count("consumer_group_consumers") == 1)
        try bench.delete("consumer_groups", "gold")
        #expect(bench.configuration.count("consumer_group_consumers") == 0)
        #expect(bench.configuration.count("consumers") == 1)
    }

    @Test("a plugin may be bound to a group where it allows that, once, and goes with it")
    func plugins() throws {
        var bench = try Self.bench()
        let refused = Workbench.error {
            try bench.create(
                "plugins", ["name": "echo", "config": ["text": "a"], "consumer_group": ["name": "gold"]])
        }
        #expect(refused?.message == "schema violation (consumer_group: value must be null)")
        let both = Workbench.error {
            try bench.create(
                "plugins",
                ["name": "badges", "consumer_group": ["name": "gold"], "consumer": ["username": "alice"]])
        }
        #expect(
            both?.message
                == "schema violation (only one or none of these fields must be set: 'consumer', 'consumer_group')")
        let bound: JSONObject = ["name": "badges", "consumer_group": ["name": "gold"]]
        let plugin = try bench.create("plugins", bound)
        try bench.create("plugins", ["name": "badges"])
        try bench.create("plugins", ["name": "badges", "consumer_group": ["name": "silver"]])
        let group = try #require(plugin.reference("consumer_group"))
        #expect(
            Workbench.error { try bench.create("plugins", bound) }?.message
                == #"UNIQUE violation detected on '{consumer=null,consumer_group={id="\#(group)"},name="badges",route=null,service=null}'"#
        )
        #expect(
            Workbench.error { try bench.create("plugins", ["name": "badges"]) }?.message
                == #"UNIQUE violation detected on '{consumer=null,name="badges",route=null,service=null}'"#)
        try bench.delete("consumer_groups", "gold")
        #expect(bench.configuration.count("plugins") == 2)
    }
}
