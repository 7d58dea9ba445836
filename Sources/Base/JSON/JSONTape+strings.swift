extension JSONTape {
    /// The text of the string, or of the member's name, at `position`, escapes resolved.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    package func string(at position: Int) -> Span<UInt8>? {
        let entry = entries[position]
        guard letter(entry) == 0x22 else { return nil }
        let start = Int(truncatingIfNeeded: entry & 0x00ff_ffff_ffff_ffff)
        return strings.extracting(start + 4..<start + 4 + length(of: start))
    }

    @inlinable @inline(__always)
    func length(of start: Int) -> Int {
        Int(truncatingIfNeeded: strings.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
    }

    /// Whether a string is at `position` and its text is `text`.
    @inlinable @inline(__always)
    package func isString(at position: Int, _ text: Span<UInt8>) -> Bool {
        guard let own = string(at: position), own.count == text.count else { return false }
        let (left, right) = (own.bytes, text.bytes)
        let count = left.byteCount
        var offset = 0
        while offset + 8 <= count {
            if left.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != right.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset += 8
        }
        while offset < count {
            if own[offset] != text[offset] { return false }
            offset += 1
        }
        return true
    }

    /// Appends the text of the string at `position`, as it is. Without a string, or without room for it and 16 bytes
    /// more, appends nothing and returns false.
    @inlinable @inline(__always)
    package func appendString(at position: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        let entry = entries[position]
        guard letter(entry) == 0x22 else { return false }
        let start = Int(truncatingIfNeeded: entry & 0x00ff_ffff_ffff_ffff)
        let length = length(of: start)
        // Whole steps of 16 may copy up to 15 bytes too many, from and to where there is room for them.
        guard output.freeCapacity >= length + 16 else { return false }
        let source = strings.extracting(start + 4..<start + 4 + length + 16)
        source.withUnsafeBytes { source in
            output.withUnsafeMutableBufferPointer { buffer, count in
                guard let from = source.baseAddress, let to = UnsafeMutableRawPointer(buffer.baseAddress) else {
                    return
                }
                var copied = 0
                while copied < length {
                    let step = (from + copied).loadUnaligned(as: SIMD16<UInt8>.self)
                    (to + count + copied).storeBytes(of: step, as: SIMD16<UInt8>.self)
                    copied += 16
                }
                count += length
            }
        }
        return true
    }
}
