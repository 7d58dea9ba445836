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
        output.append(addingCapacity: text.count) { $0.append(lowercasing: text) }
    }
}
