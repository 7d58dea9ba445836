import SchemaRegistry
import Testing

@Suite("how records name their schemas")
struct SchemaIdentifierTests {
    private static let guid: [UInt8] = (1...16).map { $0 }

    @Test func bytes() {
        #expect(SchemaFraming.bytes(of: .id(0x0102_0304)) == [0, 1, 2, 3, 4])
        #expect(SchemaFraming.bytes(of: .guid(Self.guid)) == [1] + Self.guid)
        #expect(SchemaFraming.headerName(isKey: true) == "__key_schema_id")
        #expect(SchemaFraming.headerName(isKey: false) == "__value_schema_id")
    }

    @Test(arguments: [SchemaIdentifier.id(0), .id(.max), .guid(guid)])
    func roundTrip(identifier: SchemaIdentifier) throws {
        let bytes = SchemaFraming.bytes(of: identifier)
        let (read, payload) = try SchemaFraming.read((bytes + [9, 9]).span)
        #expect(read == identifier)
        #expect(payload == bytes.count)
    }

    @Test(arguments: [
        ([], SchemaFramingError.tooShort(bytes: 0)), ([0, 0, 0, 1], .tooShort(bytes: 4)),
        ([1] + [UInt8](repeating: 7, count: 15), .tooShort(bytes: 16)), ([2, 0, 0, 0, 1], .unknownMagic(2)),
        ([0x7b], .unknownMagic(0x7b)),
    ])
    func whatNamesNothingIsRefused(bytes: [UInt8], error: SchemaFramingError) {
        #expect(throws: error) { _ = try SchemaFraming.read(bytes.span) }
    }

    @Test func subjects() {
        func subject(_ strategy: SubjectNameStrategy, isKey: Bool = false) -> String {
            strategy.subject(topic: "orders", record: "shop.Order", isKey: isKey)
        }
        #expect(subject(.topic) == "orders-value")
        #expect(subject(.topic, isKey: true) == "orders-key")
        #expect(subject(.record) == "shop.Order")
        #expect(subject(.topicRecord) == "orders-shop.Order")
    }
}
