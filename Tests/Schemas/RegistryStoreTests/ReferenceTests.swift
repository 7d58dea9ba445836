import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry, references")
struct ReferenceTests {
    private static let item = record("sku", name: "shop.Item")
    private static let order =
        #"{"type":"record","name":"shop.Order","fields":[{"name":"item","type":"shop.Item"}]}"#
    private static let itemReference = SchemaReference(name: "shop.Item", subject: "item", version: 1)

    private static func fixture() async throws -> RegistryFixture {
        let fixture = try await RegistryFixture()
        try await fixture.register("item", item)
        try await fixture.register("order", SchemaSubmission(.avro, order, references: [itemReference]))
        return fixture
    }

    @Test("a schema is read with what it refers to, also through others")
    func resolved() async throws {
        let fixture = try await Self.fixture()
        let basket =
            #"{"type":"record","name":"shop.Basket","fields":[{"name":"orders","type":{"type":"array","items":"shop.Order"}}]}"#
        let reference = SchemaReference(name: "shop.Order", subject: "order", version: 1)
        #expect(try await fixture.register("basket", SchemaSubmission(.avro, basket, references: [reference])) == 3)
        #expect(try await fixture.registry.content(id: 3).references == [reference])
        #expect(try await fixture.registry.referrers("item", .number(1)) == [2])
        #expect(try await fixture.registry.referrers("order", .latest) == [3])
        #expect(try await fixture.registry.referrers("basket", .latest) == [])
        await expectCode(40401) { _ = try await fixture.registry.referrers("none", .latest) }
        await expectCode(40402) { _ = try await fixture.registry.referrers("item", .number(2)) }
    }

    @Test(
        "a reference to what is not there is refused",
        arguments: [
            SchemaReference(name: "shop.Item", subject: "none", version: 1),
            SchemaReference(name: "shop.Item", subject: "item", version: 2),
            SchemaReference(name: "shop.Item", subject: "none", version: -1),
            SchemaReference(name: "", subject: "item", version: 1),
        ])
    func missing(reference: SchemaReference) async throws {
        let fixture = try await Self.fixture()
        await expectCode(42201) {
            try await fixture.register("t", SchemaSubmission(.avro, Self.order, references: [reference]))
        }
        await expectCode(42201) { try await fixture.register("t", Self.order) }
    }

    @Test("a reference to the latest version is kept with its number")
    func latest() async throws {
        let fixture = try await Self.fixture()
        let latest = SchemaReference(name: "shop.Item", subject: "item", version: -1)
        #expect(try await fixture.register("t", SchemaSubmission(.avro, Self.order, references: [latest])) == 2)
    }

    @Test("one name cannot stand for two schemas")
    func twoMeanings() async throws {
        let fixture = try await Self.fixture()
        try await fixture.register("item", record("sku", "colour=red", name: "shop.Item"))
        let references = [
            Self.itemReference, SchemaReference(name: "shop.Item", subject: "item", version: 2),
        ]
        await expectCode(42201) {
            try await fixture.register("t", SchemaSubmission(.avro, Self.order, references: references))
        }
    }

    @Test("what others refer to is not deleted")
    func deletion() async throws {
        let fixture = try await Self.fixture()
        let registry = fixture.registry
        await expectCode(42206) { _ = try await registry.deleteSubject("item", permanently: false) }
        await expectCode(42206) { _ = try await registry.deleteVersion("item", .number(1), permanently: false) }
        _ = try await registry.deleteSubject("order", permanently: false)
        #expect(try await registry.referrers("item", .number(1)) == [])
        #expect(try await registry.referrers("item", .number(1), .all) == [2])
        #expect(try await registry.deleteSubject("item", permanently: false) == [1])
        // The order may still be read by its id, and needs the item.
        await expectCode(42206) { _ = try await registry.deleteSubject("item", permanently: true) }
        _ = try await registry.deleteSubject("order", permanently: true)
        #expect(try await registry.deleteSubject("item", permanently: true) == [1])
    }

    @Test("versions of one subject may refer to each other and go together")
    func sameSubject() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.registry.configure("s", RegistryConfiguration(level: CompatibilityLevel.none))
        try await fixture.register("s", Self.item)
        let reference = SchemaReference(name: "shop.Item", subject: "s", version: 1)
        try await fixture.register("s", SchemaSubmission(.avro, Self.order, references: [reference]))
        await expectCode(42206) { _ = try await fixture.registry.deleteVersion("s", .number(1), permanently: false) }
        #expect(try await fixture.registry.deleteSubject("s", permanently: false) == [1, 2])
        #expect(try await fixture.registry.deleteSubject("s", permanently: true) == [1, 2])
    }

    @Test("Protobuf schemas import by path")
    func protobuf() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register(
            "item", SchemaSubmission(.protobuf, #"syntax = "proto3"; message Item { string sku = 1; }"#))
        let order = #"syntax = "proto3"; import "item.proto"; message Order { Item item = 1; }"#
        let reference = SchemaReference(name: "item.proto", subject: "item", version: 1)
        #expect(try await fixture.register("order", SchemaSubmission(.protobuf, order, references: [reference])) == 2)
        #expect(try await fixture.registry.referrers("item", .latest) == [2])
        await expectCode(42201) { try await fixture.register("other", SchemaSubmission(.protobuf, order)) }
    }

    @Test("JSON schemas refer by URI")
    func json() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register("item", SchemaSubmission(.json, #"{"type":"string"}"#))
        let order = #"{"type":"object","properties":{"item":{"$ref":"item.json"}}}"#
        let reference = SchemaReference(name: "item.json", subject: "item", version: 1)
        #expect(try await fixture.register("order", SchemaSubmission(.json, order, references: [reference])) == 2)
        await expectCode(42201) { try await fixture.register("other", SchemaSubmission(.json, order)) }
    }
}
