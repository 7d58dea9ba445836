/// The message indexes that stand before a Protobuf record, behind the schema's id: how many there are, then each, as
/// zig-zag numbers; the first message of a schema is the single byte 0.
package enum ProtobufMessageIndexes {
    /// How many indexes are taken: messages stand no deeper within each other.
    package static let most = 32

    package struct ReadingError: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
        /// The byte, from 0, at which reading stopped.
        package let offset: Int
    }

    package static func append(_ indexes: [Int], to output: inout [UInt8]) {
        if indexes == [0] { return output.append(0) }
        Wire.append(varint: Wire.zigZag(Int64(indexes.count)), to: &output)
        for index in indexes { Wire.append(varint: Wire.zigZag(Int64(index)), to: &output) }
    }

    /// Reads the indexes that `bytes` begin with, and says how many bytes they take.
    package static func read(_ bytes: Span<UInt8>) throws(ReadingError) -> (indexes: [Int], count: Int) {
        var part = Part(bytes, at: 0)
        do throws(ProtobufDecodingError) {
            let count = Wire.zigZagValue(try part.varint())
            if count == 0 { return ([0], part.position) }
            guard 1...Int64(most) ~= count else {
                throw part.failure(.badNumber, "\(count) message indexes are announced: from 1 to \(most) may be")
            }
            var indexes: [Int] = []
            for _ in 0..<count {
                let index = Wire.zigZagValue(try part.varint())
                guard 0...Int64(Int32.max) ~= index else {
                    throw part.failure(.badNumber, "\(index) is no message index")
                }
                indexes.append(Int(index))
            }
            return (indexes, part.position)
        } catch {
            throw ReadingError(description: "\(error.message) (message indexes)", offset: error.offset)
        }
    }
}
