/// An answer as a plain client takes it out of a connection's bytes: by RFC 9112 §6.3, with no mercy.
struct ReadAnswer: Sendable, Equatable {
    enum End: Sendable, Equatable {
        case whole, cut
        /// These are no bytes of HTTP.
        case garbage
    }

    var status = 0
    var fields: [String: [String]] = [:]
    var body = ""
    var end = End.whole

    /// All final answers in the bytes of a connection that has closed.
    ///
    /// - Parameter methods: Of the requests, in their order; further ones are GET.
    static func all(in bytes: [UInt8], methods: [String] = []) -> [ReadAnswer] {
        var reader = Reader(bytes: bytes[...])
        var answers: [ReadAnswer] = []
        while !reader.bytes.isEmpty {
            let isHead = methods.dropFirst(answers.count).first == "HEAD"
            guard let answer = reader.next(isHead: isHead) else { continue }
            answers.append(answer)
            if answer.end != .whole { break }
        }
        return answers
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        /// The line up to CR LF; nil when there is none.
        private mutating func line() -> String? {
            var at = bytes.startIndex
            while at + 1 < bytes.endIndex, !(bytes[at] == 13 && bytes[at + 1] == 10) { at += 1 }
            guard at + 1 < bytes.endIndex else { return nil }
            defer { bytes = bytes[(at + 2)...] }
            return String(decoding: bytes[..<at], as: UTF8.self)
        }

        private mutating func take(_ count: Int) -> String {
            defer { bytes = bytes.dropFirst(count) }
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }

        /// Nil for an informational one.
        mutating func next(isHead: Bool) -> ReadAnswer? {
            var answer = ReadAnswer()
            guard let first = line(), first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
                answer.end = .garbage
                answer.body = take(bytes.count)
                return answer
            }
            answer.status = status
            while true {
                guard let line = line() else {
                    answer.end = .cut
                    bytes = []
                    return answer
                }
                if line.isEmpty { break }
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
                answer.fields[parts[0].lowercased(), default: []].append(value)
            }
            if status < 200 { return nil }
            if !isHead, status != 204, status != 304 { readBody(&answer) }
            return answer
        }

        private mutating func readBody(_ answer: inout ReadAnswer) {
            if answer.fields["transfer-encoding"] != nil {
                readChunks(&answer)
            } else if let length = answer.fields["content-length"].flatMap({ Int($0[0]) }) {
                answer.body = take(length)
                if answer.body.utf8.count < length { answer.end = .cut }
            } else {
                answer.body = take(bytes.count)
            }
        }

        private mutating func readChunks(_ answer: inout ReadAnswer) {
            while true {
                guard let line = line() else { break }
                guard let size = Int(line, radix: 16) else {
                    answer.end = .garbage
                    return
                }
                if size == 0 {
                    while let trailer = self.line() { if trailer.isEmpty { return } }
                    break
                }
                let content = take(size)
                answer.body += content
                guard content.utf8.count == size, self.line() == "" else { break }
            }
            answer.end = .cut
            bytes = []
        }
    }
}
