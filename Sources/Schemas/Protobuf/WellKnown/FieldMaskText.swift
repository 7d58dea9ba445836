internal import Bytes

/// Paths of fields as JSON has them, in lowerCamelCase, and as messages have them, in snake_case.
enum FieldMaskText {
    static let words = "paths of fields in lowerCamelCase, with commas between them"

    /// nil for a path that no path in snake_case becomes.
    static func snakeCase(_ path: Span<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        for index in path.indices {
            let byte = path[index]
            if byte == UInt8(ascii: "_") { return nil }
            if byte >= 0x41, byte <= 0x5a {
                output.append(UInt8(ascii: "_"))
                output.append(byte | 0x20)
            } else {
                output.append(byte)
            }
        }
        return output
    }

    /// nil for a path that would not come back from lowerCamelCase.
    static func camelCase(_ path: Span<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var isBehindUnderscore = false
        for index in path.indices {
            let byte = path[index]
            if byte >= 0x41, byte <= 0x5a { return nil }
            if isBehindUnderscore {
                guard byte >= 0x61, byte <= 0x7a else { return nil }
                output.append(byte & ~0x20)
                isBehindUnderscore = false
            } else if byte == UInt8(ascii: "_") {
                isBehindUnderscore = true
            } else {
                output.append(byte)
            }
        }
        return isBehindUnderscore ? nil : output
    }
}
