internal import Bytes
internal import CFuzzer
internal import Glibc
internal import HTTPReading
internal import HTTPServer

/// Bytes of an upstream that answers a request, read whole and in pieces. The first byte says how they are cut, how
/// small the limits are and whether the request was HEAD; the rest is what comes.
@main
enum HTTPAnswer {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                HTTPAnswer.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    static func check(_ input: [UInt8]) {
        guard let plan = input.first else { return }
        let bytes = input.dropFirst()
        let limits = plan & 1 == 0 ? HTTPServerLimits() : smallLimits
        let isHead = plan & 2 != 0
        let whole = AnswerReader.read([bytes], isHead: isHead, limits: limits)
        let pieces = AnswerReader.read(cut(bytes, by: plan >> 2), isHead: isHead, limits: limits)
        guard isEqual(whole, pieces) else { fatalError("cut into pieces it reads otherwise:\n\(whole)\n\(pieces)") }
        check(whole, limits, isHead: isHead)
    }

    /// A fault may be found at once or later: what came before it then differs, and its words.
    private static func isEqual(_ left: AnswerReader.Reading, _ right: AnswerReader.Reading) -> Bool {
        if case .malformed = left.state {
            if case .malformed = right.state { return true }
            return false
        }
        return left == right
    }

    private static var smallLimits: HTTPServerLimits {
        var limits = HTTPServerLimits()
        limits.headerBytes = 96
        limits.fieldCount = 5
        limits.chunkLineBytes = 12
        limits.trailerBytes = 24
        return limits
    }

    /// Pieces of a few bytes, or two pieces.
    private static func cut(_ bytes: ArraySlice<UInt8>, by plan: UInt8) -> [ArraySlice<UInt8>] {
        if plan >= 32 {
            let place = bytes.startIndex + bytes.count * Int(plan - 31) / 33
            return [bytes[..<place], bytes[place...]]
        }
        var pieces: [ArraySlice<UInt8>] = []
        var (rest, step) = (bytes, 0)
        while !rest.isEmpty {
            let size = 1 + (Int(plan) * step) % 7
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
            step += 1
        }
        return pieces
    }

    /// What any accepted answer promises to those who pass it on.
    private static func check(_ reading: AnswerReader.Reading, _ limits: HTTPServerLimits, isHead: Bool) {
        if reading.status == 0 { return }
        require((200...999).contains(reading.status) || reading.status == 101, "the status is bad", reading)
        require(
            reading.informational.allSatisfy { $0 >= 100 && $0 < 200 && $0 != 101 }, "an early status is bad", reading)
        require(reading.fields.count <= limits.fieldCount, "there are too many fields", reading)
        for field in reading.fields {
            let bytes = Array(field.utf8)
            require(bytes.first != 0x3a, "a name is empty", reading)
            require(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 9 }, "a field could end its line", reading)
            let name = field.prefix { $0 != ":" }.lowercased()
            require(
                !["connection", "keep-alive", "content-length", "transfer-encoding", "upgrade"].contains(name),
                "a field of the connection is passed on", reading)
        }
        if isHead || reading.status == 204 || reading.status == 304 {
            require(reading.body.isEmpty || reading.status == 101, "there is a body where none can be", reading)
        }
    }

    private static func require(_ holds: Bool, _ what: String, _ reading: AnswerReader.Reading) {
        if !holds { fatalError("\(what): \(reading)") }
    }
}
