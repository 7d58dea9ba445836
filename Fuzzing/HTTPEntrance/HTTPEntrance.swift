internal import Bytes
internal import CFuzzer
internal import Glibc
internal import HTTPReading
internal import HTTPServer

/// Bytes of a connection, read whole and in pieces. The first byte says how they are cut and how small the limits are;
/// the rest is what comes.
@main
enum HTTPEntrance {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                HTTPEntrance.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    static func check(_ input: [UInt8]) {
        guard let plan = input.first else { return }
        let bytes = input.dropFirst()
        let limits = plan & 1 == 0 ? HTTPServerLimits() : smallLimits
        let whole = MessageReader.read([bytes], limits: limits)
        let pieces = MessageReader.read(cut(bytes, by: plan >> 1), limits: limits)
        guard whole.requests == pieces.requests, whole.refusal?.status == pieces.refusal?.status,
            whole.isWithinRequest == pieces.isWithinRequest
        else { fatalError("cut into pieces it reads otherwise:\n\(whole)\n\(pieces)") }
        for request in whole.requests { check(request, limits) }
    }

    private static var smallLimits: HTTPServerLimits {
        var limits = HTTPServerLimits()
        limits.requestLineBytes = 48
        limits.headerBytes = 96
        limits.fieldCount = 5
        limits.chunkLineBytes = 12
        limits.trailerBytes = 24
        return limits
    }

    /// Pieces of one byte, of a few bytes, or two pieces.
    private static func cut(_ bytes: ArraySlice<UInt8>, by plan: UInt8) -> [ArraySlice<UInt8>] {
        if plan >= 64 {
            let place = bytes.startIndex + bytes.count * Int(plan - 63) / 65
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

    /// What any accepted request promises to those who handle it.
    private static func check(_ request: ReadRequest, _ limits: HTTPServerLimits) {
        require(!request.method.isEmpty && request.method.allSatisfy(isToken), "the method is no token", request)
        require(
            !request.path.isEmpty && (request.path[0] == 0x2f || request.path == [0x2a]), "the path is bad", request)
        require(request.target.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }, "the target is bad", request)
        let query = request.target.count > request.path.count ? [0x3f] + request.query : []
        require(request.target == request.path + query, "path and query are not the target", request)
        require(request.fields.count <= limits.fieldCount + 1, "there are too many fields", request)
        var names: [String: Int] = [:]
        for field in request.fields {
            require(!field.name.isEmpty && field.name.allSatisfy(isToken), "a name is no token", request)
            require(field.value.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 9 }, "a value is bad", request)
            let ends = field.value.prefix(1) + field.value.suffix(1)
            require(ends.allSatisfy { $0 != 0x20 && $0 != 9 }, "a value begins or ends with a space", request)
            names[String(decoding: field.name, as: UTF8.self).lowercased(), default: 0] += 1
        }
        let hosts = names["host", default: 0]
        require(hosts == 1 || hosts == 0 && request.minorVersion == 0, "there is not one Host", request)
        let framings = names["content-length", default: 0] + names["transfer-encoding", default: 0]
        require(framings <= 1, "the body is framed twice", request)
        require(framings == 1 || request.body.isEmpty, "there is a body without a frame", request)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func require(_ holds: Bool, _ what: String, _ request: ReadRequest) {
        if !holds { fatalError("\(what): \(request.text)") }
    }
}
