internal import Bytes

/// ASCII letters in lower case.
package enum LowerCase {
    package static func bytes(_ text: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        append(text, to: &output)
        return output
    }

    package static func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        if text.isEmpty { return }
        output.append(addingCapacity: text.count) { output in
            for index in text.indices {
                let byte = text[index]
                output.append(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
            }
        }
    }
}
