/// A whole number in decimal digits, perhaps with a point or an exponent: what it is, exactly.
enum NumberText {
    case noNumber
    case notWhole
    case tooLarge
    case whole(isNegative: Bool, magnitude: UInt64)

    init(_ text: Span<UInt8>) {
        var position = 0
        func isDigit() -> Bool { position < text.count && text[position] >= 0x30 && text[position] <= 0x39 }
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { position = 1 }
        let integer = position
        while isDigit() { position += 1 }
        let integerEnd = position
        var fraction = position..<position
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            let start = position
            while isDigit() { position += 1 }
            fraction = start..<position
            if fraction.isEmpty {
                self = .noNumber
                return
            }
        }
        var exponent = 0
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            var isDown = false
            if position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
                isDown = text[position] == UInt8(ascii: "-")
                position += 1
            }
            let start = position
            while isDigit() {
                // Far beyond what any number of digits in a document makes up for.
                exponent = min(exponent * 10 + Int(text[position] & 15), 1 << 40)
                position += 1
            }
            if position == start { position = -1 }
            if isDown { exponent = -exponent }
        }
        guard position == text.count, integerEnd > integer else {
            self = .noNumber
            return
        }

        // Digits before this place count, those behind it must be zeros.
        let point = integerEnd - integer + exponent
        let count = integerEnd - integer + fraction.count
        var magnitude: UInt64 = 0
        for place in 0..<max(min(point, count), 0) {
            let index =
                place < integerEnd - integer ? integer + place : fraction.lowerBound + place - integerEnd + integer
            guard Self.append(text[index] & 15, to: &magnitude) else {
                self = .tooLarge
                return
            }
        }
        for place in max(point, 0)..<max(count, point, 0) where place < count {
            let index =
                place < integerEnd - integer ? integer + place : fraction.lowerBound + place - integerEnd + integer
            if text[index] != 0x30 {
                self = .notWhole
                return
            }
        }
        if point > count, magnitude > 0 {
            for _ in count..<min(point, count + 25) {
                guard Self.append(0, to: &magnitude) else {
                    self = .tooLarge
                    return
                }
            }
        }
        self = .whole(isNegative: isNegative, magnitude: magnitude)
    }

    private static func append(_ digit: UInt8, to magnitude: inout UInt64) -> Bool {
        let (product, isLarge) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit))
        magnitude = sum
        return !isLarge && !isLarger
    }

    /// As it stands on the wire; nil when it is no value of the type.
    func bits(as type: ProtobufFieldType) -> UInt64? {
        guard case .whole(let isNegative, let magnitude) = self else { return nil }
        if type == .uint64 || type == .fixed64 { return isNegative && magnitude > 0 ? nil : magnitude }
        if isNegative {
            guard magnitude <= 1 << 63 else { return nil }
            return Self.bits(Int64(truncatingIfNeeded: 0 &- magnitude), as: type)
        }
        return Int64(exactly: magnitude).flatMap { Self.bits($0, as: type) }
    }

    @inline(__always)
    static func bits(_ value: Int64, as type: ProtobufFieldType) -> UInt64? {
        switch type {
        case .int64, .sfixed64: return UInt64(bitPattern: value)
        case .uint64, .fixed64: return value < 0 ? nil : UInt64(value)
        case .sint64: return Wire.zigZag(value)
        case .int32: return Int32(exactly: value).map { UInt64(bitPattern: Int64($0)) }
        case .sfixed32: return Int32(exactly: value).map { UInt64(UInt32(bitPattern: $0)) }
        case .sint32: return Int32(exactly: value).map { Wire.zigZag(Int64($0)) }
        case .uint32, .fixed32: return UInt32(exactly: value).map(UInt64.init)
        default: return nil
        }
    }

    static func words(_ type: ProtobufFieldType) -> String {
        switch type {
        case .int64, .sfixed64, .sint64: "a whole number from \(Int64.min) to \(Int64.max)"
        case .uint64, .fixed64: "a whole number from 0 to \(UInt64.max)"
        case .uint32, .fixed32: "a whole number from 0 to \(UInt32.max)"
        default: "a whole number from \(Int32.min) to \(Int32.max)"
        }
    }
}
