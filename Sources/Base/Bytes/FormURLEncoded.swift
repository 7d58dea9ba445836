/// Forms and query strings: `application/x-www-form-urlencoded` as the WHATWG URL standard reads it.
package enum FormURLEncoded {
    package typealias Pair = (name: [UInt8], value: [UInt8]?)

    /// The fields in their order, decoded; '+' is a blank, a '%' that begins no escape stays. A field without '=' has
    /// no value. Nothing between two '&' is no field.
    ///
    /// - Parameter maximum: how many fields are allowed; more throw.
    package static func pairs(_ text: Span<UInt8>, maximum: Int) throws(FormError) -> [Pair] {
        var pairs: [Pair] = []
        var start = 0
        while start <= text.count {
            let end = text.firstIndex(of: UInt8(ascii: "&"), from: start) ?? text.count
            if end > start {
                if pairs.count == maximum { throw .tooManyFields(maximum: maximum) }
                let field = text.extracting(start..<end)
                if let separator = field.firstIndex(of: UInt8(ascii: "=")) {
                    pairs.append(
                        (
                            PercentCoding.decodeLeniently(field.extracting(0..<separator), plusIsSpace: true),
                            PercentCoding.decodeLeniently(
                                field.extracting(separator + 1..<field.count), plusIsSpace: true)
                        ))
                } else {
                    pairs.append((PercentCoding.decodeLeniently(field, plusIsSpace: true), nil))
                }
            }
            start = end + 1
        }
        return pairs
    }
}
