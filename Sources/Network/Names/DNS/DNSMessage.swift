/// An answer of a name server (RFC 1035 §4.1).
struct DNSMessage: Hashable {
    /// What the server says about the question (RFC 1035 §4.1.1): 0 that it could answer, 3 that there is no such name.
    let code: UInt8
    let question: String?
    /// Nil for a type that is never asked for.
    let questionType: RecordType?
    let answers: [DNSRecord]
    /// Whether the server says up to which name it is the authority: in an answer without records, that there are none
    /// (RFC 2308 §2.2), not that it looked no further.
    let hasAuthority: Bool
    let additional: [DNSRecord]

    /// Reads `message`; what follows the last record counts nothing.
    init(_ message: Span<UInt8>) throws(DNSFormatError) {
        guard message.count >= 12 else { throw .cut }
        guard message[2] & 0xf8 == 0x80 else { throw DNSFormatError("it is no answer to a question") }
        guard message[2] & 0x02 == 0 else { throw DNSFormatError("the server says that the answer is cut short") }
        code = message[3] & 0x0f
        var position = 4
        guard try DNSRecord.number(message, at: &position) == 1 else {
            throw DNSFormatError("it answers not exactly one question")
        }
        let counts = (
            try DNSRecord.number(message, at: &position), try DNSRecord.number(message, at: &position),
            try DNSRecord.number(message, at: &position)
        )
        question = try DNSName.read(message, at: &position)
        let type = RecordType(rawValue: try DNSRecord.number(message, at: &position))
        questionType = try DNSRecord.number(message, at: &position) == 1 ? type : nil
        answers = try Self.records(counts.0, message, at: &position)
        hasAuthority = try Self.records(counts.1, message, at: &position).contains { $0.type == .soa }
        additional = try Self.records(counts.2, message, at: &position)
    }

    private static func records(
        _ count: UInt16, _ message: Span<UInt8>, at position: inout Int
    ) throws(DNSFormatError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        for _ in 0..<count { records.append(try DNSRecord(message, at: &position)) }
        return records
    }
}
