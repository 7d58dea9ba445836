/// `multipart/form-data` (RFC 7578, framing of RFC 2046 section 5.1), read from a whole body.
package enum Multipart {
    /// One field of the form.
    package struct Part: Sendable {
        /// The field's name, as sent: RFC 7578 names no escapes but browsers' `%22`, which is kept.
        package let name: [UInt8]
        /// What the client calls the file; nil for a plain field.
        package let fileName: [UInt8]?
        /// The media type as sent; nil when none was.
        package let contentType: [UInt8]?
        /// Where header and content are in the body.
        package let whole: Range<Int>
        /// Where the content is in the body.
        package let content: Range<Int>
    }

    /// Bounds of what is read.
    package struct Limits: Sendable {
        package var parts = 1000
        /// Bytes of header fields of one part.
        package var headerBytes = 8192

        package init() {}
    }

    /// The boundary of a media type such as `multipart/form-data; boundary=x` (1 to 70 characters); nil when the type
    /// is another or has no good boundary.
    package static func boundary(ofContentType value: Span<UInt8>) -> [UInt8]? {
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        guard value.extracting(0..<end).trimmed().equalsIgnoringCase("multipart/form-data"),
            let boundary = parameter("boundary", of: value.extracting(end..<value.count)),
            (1...70).contains(boundary.count), boundary.last != 0x20,
            boundary.allSatisfy({ $0 >= 0x20 && $0 < 0x7f })
        else { return nil }
        return boundary
    }

    /// The fields of a whole body, in their order.
    package static func parts(
        _ body: Span<UInt8>, boundary: Span<UInt8>, limits: Limits = Limits()
    ) throws(FormError) -> [Part] {
        var delimiter: [UInt8] = [0x2d, 0x2d]
        delimiter.append(boundary)
        var parts: [Part] = []
        // The preamble before the first delimiter counts nothing.
        guard var position = delimiterEnd(delimiter.span, in: body, from: 0)?.end else {
            throw .malformed("the multipart body has no delimiter '--boundary'")
        }
        while true {
            if position + 2 <= body.count, body[position] == 0x2d, body[position + 1] == 0x2d { return parts }
            position = try lineEnd(in: body, from: position)
            if parts.count == limits.parts { throw .tooManyFields(maximum: limits.parts) }
            let header = try header(in: body, from: position, limit: limits.headerBytes)
            // The line break before the delimiter belongs to the delimiter, so it may be the header's own.
            guard let next = delimiterEnd(delimiter.span, in: body, from: header.content - 2) else {
                throw .malformed("the multipart body does not end with '--boundary--'")
            }
            let contentEnd = max(next.start - 2, header.content)
            parts.append(
                Part(
                    name: header.name, fileName: header.fileName, contentType: header.contentType,
                    whole: position..<contentEnd, content: header.content..<contentEnd))
            position = next.end
        }
    }

    /// The first delimiter that begins a line at or after `start`.
    private static func delimiterEnd(
        _ delimiter: Span<UInt8>, in body: Span<UInt8>, from start: Int
    ) -> (start: Int, end: Int)? {
        var position = start
        if position == 0, body.starts(with: delimiter) { return (0, delimiter.count) }
        while let lineBreak = body.firstIndex(of: 13, from: position) {
            let begin = lineBreak + 2
            if begin + delimiter.count <= body.count, body[lineBreak + 1] == 10,
                body.extracting(begin..<begin + delimiter.count).equals(delimiter)
            {
                return (begin, begin + delimiter.count)
            }
            position = lineBreak + 1
        }
        return nil
    }

    /// Behind the blanks and the line break that end a delimiter.
    private static func lineEnd(in body: Span<UInt8>, from start: Int) throws(FormError) -> Int {
        var position = start
        while position < body.count, body[position] == 0x20 || body[position] == 9 { position += 1 }
        guard position + 2 <= body.count, body[position] == 13, body[position + 1] == 10 else {
            throw .malformed("a multipart delimiter is not followed by a line break")
        }
        return position + 2
    }

    private typealias Header = (name: [UInt8], fileName: [UInt8]?, contentType: [UInt8]?, content: Int)

    private static func header(in body: Span<UInt8>, from start: Int, limit: Int) throws(FormError) -> Header {
        var name: [UInt8]?
        var fileName: [UInt8]?
        var contentType: [UInt8]?
        var position = start
        while true {
            guard let end = body.firstIndex(of: 13, from: position), end + 1 < body.count, body[end + 1] == 10 else {
                throw .malformed("the header of a multipart field does not end")
            }
            if end + 2 - start > limit {
                throw .malformed("the header of a multipart field is larger than \(limit) bytes")
            }
            if end == position { break }
            let line = body.extracting(position..<end)
            position = end + 2
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw .malformed("a header line of a multipart field has no ':'")
            }
            let value = line.extracting(colon + 1..<line.count).trimmed()
            let field = line.extracting(0..<colon)
            if field.equalsIgnoringCase("content-type") {
                contentType = value.array
            } else if field.equalsIgnoringCase("content-disposition") {
                let type = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
                guard value.extracting(0..<type).trimmed().equalsIgnoringCase("form-data") else {
                    throw .malformed("a multipart field is no form-data")
                }
                let parameters = value.extracting(type..<value.count)
                name = parameter("name", of: parameters)
                fileName = parameter("filename", of: parameters)
            }
        }
        guard let name else { throw .malformed("a multipart field has no name") }
        return (name, fileName, contentType, position + 2)
    }

    /// A parameter's value, quoted or not; `text` begins with the ';' before the first.
    private static func parameter(_ name: StaticString, of text: Span<UInt8>) -> [UInt8]? {
        var position = 0
        while position < text.count {
            while position < text.count,
                text[position] == UInt8(ascii: ";") || text[position] == 0x20
                    || text[position] == 9
            { position += 1 }
            let nameStart = position
            while position < text.count, text[position] != UInt8(ascii: "="), text[position] != UInt8(ascii: ";") {
                position += 1
            }
            let isWanted = text.extracting(nameStart..<position).trimmed().equalsIgnoringCase(name)
            guard position < text.count, text[position] == UInt8(ascii: "=") else { continue }
            position += 1
            var value: [UInt8] = []
            if position < text.count, text[position] == UInt8(ascii: "\"") {
                position += 1
                while position < text.count, text[position] != UInt8(ascii: "\"") {
                    // Browsers escape nothing but the quote; other backslashes are part of Windows file names.
                    if text[position] == UInt8(ascii: "\\"), position + 1 < text.count,
                        text[position + 1] == UInt8(ascii: "\"")
                    {
                        position += 1
                    }
                    value.append(text[position])
                    position += 1
                }
                guard position < text.count else { return nil }
                position += 1
            } else {
                let start = position
                while position < text.count, text[position] != UInt8(ascii: ";") { position += 1 }
                value = text.extracting(start..<position).trimmed().array
            }
            if isWanted { return value }
        }
        return nil
    }
}
