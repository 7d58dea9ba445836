//! Bytes as the network carries them: comparing, appending and writing numbers without a pointer and without `String`.

extension Span where Element == UInt8 {
    /// Whether the bytes are `name`, letter case aside; `name` is given in lower case.
    package func equalsIgnoringCase(_ name: StaticString) -> Bool {
        count == name.utf8CodeUnitCount && name.withUTF8Buffer { unsafe equalsIgnoringCase($0.span) }
    }

    /// Whether the bytes are `other`, ASCII letter case aside; `other` is given in lower case.
    package func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices {
            let own = self[index]
            let byte = other[index]
            if own != byte, own | 0x20 != byte || own < 0x41 || own > 0x5a { return false }
        }
        return true
    }

    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes are exactly the text `other`.
    package func equals(_ other: StaticString) -> Bool {
        count == other.utf8CodeUnitCount && other.withUTF8Buffer { unsafe equals($0.span) }
    }

    package func starts(with prefix: Span<UInt8>) -> Bool {
        if count < prefix.count { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }

    /// Whether a control character other than the tab is among the bytes. Looks at all of them, many at a time.
    package var hasControl: Bool {
        unsafe withUnsafeBufferPointer { bytes in
            var found: UInt8 = 0
            for index in 0..<bytes.count {
                let byte = unsafe bytes[index]
                found |= (byte < 0x20 ? 1 : 0) & (byte != 9 ? 1 : 0) | (byte == 0x7f ? 1 : 0)
            }
            return found != 0
        }
    }

    /// The first place of `byte` at or after `start`.
    package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// A copy as an array.
    package var array: [UInt8] {
        var copy: [UInt8] = []
        copy.append(self)
        return copy
    }

    /// A copy as text; what is not UTF-8 becomes U+FFFD.
    package var string: String { String(decoding: array, as: UTF8.self) }

    /// The bytes without surrounding spaces and tabs.
    @_lifetime(copy self)
    package func trimmed() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, self[start] == 0x20 || self[start] == 9 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 9 { end -= 1 }
        return extracting(start..<end)
    }
}

extension [UInt8] {
    /// Appends a copy of `bytes`.
    @inline(__always)
    package mutating func append(_ bytes: Span<UInt8>) {
        // Adding room for nothing to an empty array writes to the one that all empty arrays of the process share.
        if bytes.isEmpty { return }
        append(addingCapacity: bytes.count) { $0.append(copying: bytes) }
    }

    @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(addingCapacity: text.utf8CodeUnitCount) { $0.append(copying: text) }
    }

    package mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// Appends `value` in decimal digits.
    package mutating func append(decimal value: Int) {
        append(addingCapacity: 20) { $0.append(decimal: value) }
    }
}

extension OutputSpan where Element == UInt8 {
    /// Appends a copy of `bytes`, which must fit, in one go: byte by byte this was an eighth of a request's work.
    @inline(__always)
    package mutating func append(copying bytes: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { target, count in
            unsafe bytes.withUnsafeBufferPointer { source in
                precondition(source.count <= target.count - count)
                _ = unsafe target[count...].initialize(fromContentsOf: source)
                count += source.count
            }
        }
    }

    /// Appends a part of an array, which must fit.
    @inline(__always)
    package mutating func append(copying bytes: borrowing [UInt8], _ range: Range<Int>) {
        append(copying: bytes.span.extracting(range))
    }

    @inline(__always)
    package mutating func append(copying text: StaticString) {
        text.withUTF8Buffer { unsafe append(copying: $0.span) }
    }

    /// Appends `value` in decimal digits; twenty bytes are enough for any.
    package mutating func append(decimal value: Int) {
        precondition(freeCapacity >= 20)
        unsafe withUnsafeMutableBufferPointer { target, count in
            var rest = value.magnitude
            if value < 0 {
                unsafe target[count] = 0x2d
                count &+= 1
            }
            // Its length first, so that the digits go where they belong, the last one first.
            var length = 1
            var limit: UInt = 10
            while rest >= limit {
                length &+= 1
                if length == 20 { break }
                limit &*= 10
            }
            var place = count &+ length
            count = place
            repeat {
                place &-= 1
                unsafe target[place] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
                rest /= 10
            } while rest > 0
        }
    }

    /// Appends a copy of `bytes`, which must fit, with ASCII letters in lower case.
    package mutating func append(lowercasing bytes: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { target, count in
            unsafe bytes.withUnsafeBufferPointer { source in
                let length = source.count
                precondition(length <= target.count - count)
                guard let from = source.baseAddress, let start = target.baseAddress else { return }
                let to = unsafe start + count
                var index = 0
                // Eight at a time.
                while index &+ 8 <= length {
                    let word = unsafe UnsafeRawPointer(from + index).loadUnaligned(as: UInt64.self)
                    let lower = Self.lowercased(word)
                    unsafe UnsafeMutableRawPointer(to + index).storeBytes(of: lower, as: UInt64.self)
                    index &+= 8
                }
                while index < length {
                    let byte = unsafe from[index]
                    unsafe to[index] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
                    index &+= 1
                }
                count += length
            }
        }
    }

    /// Eight bytes with ASCII letters in lower case.
    @inline(__always)
    private static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7f)
        // The high bit of each byte from A on, and of each beyond Z.
        let fromA = low &+ ones &* (0x80 - 0x41)
        let beyondZ = low &+ ones &* (0x80 - 0x5b)
        let isCapital = fromA & ~beyondZ & ~word & (ones &* 0x80)
        return word | isCapital >> 2
    }
}
