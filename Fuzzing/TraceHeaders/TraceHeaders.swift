internal import Bytes
internal import CFuzzer
internal import Glibc
internal import HTTPServer
internal import PluginKit
internal import ReportingPlugins

/// Lines of header fields of a request. What a format reads in them is passed on in every format, whatever else the lines
/// say of a trace, and read again the same.
@main
enum TraceHeaders {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                TraceHeaders.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    /// Nil when the lines are no header fields.
    private static func head(_ input: [UInt8]) -> RequestHead? {
        var text = Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8)
        for line in input.split(separator: UInt8(ascii: "\n")) { text += line + Array("\r\n".utf8) }
        text += Array("\r\n".utf8)
        var head = RequestHead()
        guard case .complete = HTTP1Parser.parse(text.span, into: &head, limits: HTTPServerLimits()) else { return nil }
        return head
    }

    static func check(_ input: [UInt8]) {
        guard let head = head(input) else { return }
        for format in TraceFormat.allCases {
            guard let found = format.found(in: head) else { continue }
            guard let id = found.id else {
                guard found.parent == nil, found.isSampled != nil, found.state.isEmpty else {
                    fatalError("\(format) reads what says nothing: \(found)")
                }
                continue
            }
            guard let parent = found.parent else { fatalError("\(format) reads a trace without a span: \(found)") }
            for isSampled in found.isSampled.map({ [$0] }) ?? [false, true] {
                let context = RequestTrace.Context(
                    id: id, parent: parent, state: found.state, isSampled: isSampled)
                for other in TraceFormat.allCases { check(context, in: other, of: input) }
            }
        }
    }

    /// A request of these lines that passes the trace on in that format says that, and nothing else.
    private static func check(_ context: RequestTrace.Context, in format: TraceFormat, of input: [UInt8]) {
        var next: UInt64 = 0
        let trace = RequestTrace(context, startedAt: 1) {
            next += 1
            guard let id = SpanID(next) else { fatalError("it is not zero") }
            return id
        }
        guard var head = head(input) else { fatalError("it was a request before") }
        format.write(trace, to: &head)
        let wanted = TraceFormat.Found(
            id: context.id, parent: trace.forwarded, isSampled: context.isSampled,
            state: format == .w3c ? context.state : [])
        guard format.found(in: head) == wanted else {
            fatalError("written as \(format) it is read as \(String(describing: format.found(in: head))): \(wanted)")
        }
    }
}
