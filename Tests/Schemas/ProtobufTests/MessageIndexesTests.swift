import Protobuf
import Testing

@Suite("Message indexes")
struct MessageIndexesTests {
    @Test(
        "indexes are written as Confluent's clients do, and read back",
        arguments: [
            ([0], [0]), ([1], [2, 2]), ([0, 0], [4, 0, 0]), ([3, 2, 64], [6, 6, 4, 0x80, 1]),
        ] as [([Int], [UInt8])])
    func bytes(indexes: [Int], bytes: [UInt8]) throws {
        var output: [UInt8] = [9]
        ProtobufMessageIndexes.append(indexes, to: &output)
        #expect(output == [9] + bytes)
        let record = bytes + [1, 2, 3]
        let read = try ProtobufMessageIndexes.read(record.span)
        #expect(read.indexes == indexes && read.count == bytes.count)
    }

    @Test("the first message may also be written with a count")
    func long() throws {
        let bytes: [UInt8] = [2, 0]
        let read = try ProtobufMessageIndexes.read(bytes.span)
        #expect(read.indexes == [0] && read.count == 2)
    }

    @Test(
        "what is cut, negative or too long is refused",
        arguments: [
            [], [2], [4, 0], [0x80], [1], [3, 0], [2, 1], [66] + [UInt8](repeating: 0, count: 33),
            [2, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [UInt8](repeating: 0xff, count: 11),
        ] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        let error = #expect(throws: ProtobufMessageIndexes.ReadingError.self) {
            try ProtobufMessageIndexes.read(bytes.span)
        }
        #expect(error?.description.isEmpty == false)
    }
}
