import Testing

@testable import ReportingPlugins

@Suite("Protobuf's binary form")
struct ProtobufWriterTests {
    private static func bytes(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        write(&writer)
        return writer.bytes
    }

    @Test("numbers, as Protobuf's description has them")
    func numbers() {
        #expect(Self.bytes { $0.varint(1, 150) } == [0x08, 0x96, 0x01])
        #expect(Self.bytes { $0.varint(1, 0) } == [0x08, 0])
        #expect(Self.bytes { $0.varint(16, 1) } == [0x80, 0x01, 1])
        #expect(Self.bytes { $0.varint(1, .max) } == [0x08] + Array(repeating: 0xff, count: 9) + [0x01])
        #expect(Self.bytes { $0.integer(1, -2) } == [0x08, 0xfe] + Array(repeating: 0xff, count: 8) + [0x01])
        #expect(Self.bytes { $0.fixed64(1, 0x0102_0304_0506_0708) } == [0x09, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(Self.bytes { $0.fixed32(2, 0x0102_0304) } == [0x15, 4, 3, 2, 1])
    }

    @Test("texts, bytes and messages")
    func lengths() {
        #expect(Self.bytes { $0.text(2, "testing") } == [0x12, 7] + Array("testing".utf8))
        #expect(Self.bytes { $0.text(2, "é") } == [0x12, 2, 0xc3, 0xa9])
        #expect(Self.bytes { $0.data(2, []) } == [0x12, 0])
        #expect(Self.bytes { $0.message(3) { $0.varint(1, 150) } } == [0x1a, 3, 0x08, 0x96, 0x01])
        let long = [UInt8](repeating: 7, count: 300)
        #expect(Self.bytes { $0.data(1, long) } == [0x0a, 0xac, 0x02] + long)
    }
}
