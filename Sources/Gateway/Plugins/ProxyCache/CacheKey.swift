internal import Bytes
internal import Cryptography
internal import HTTPServer
internal import PluginKit

/// What answers are found by.
enum CacheKey {
    /// Escaped part by part, so that no request can pass for another.
    static func make(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ prepared: PreparedProxyCache
    ) -> String {
        var text: [UInt8] = []
        func part(_ bytes: Span<UInt8>) {
            PercentCoding.append(bytes, to: &text)
            text.append(UInt8(ascii: "|"))
        }
        text.append(context.consumer?.id ?? "")
        text.append(UInt8(ascii: "|"))
        text.append(context.route?.id ?? "default")
        text.append(UInt8(ascii: "|"))
        part(exchange.request.methodBytes())
        let host = lowercased(exchange.request.hostBytes())
        part(host.span)
        if prepared.ignoresCase {
            let path = lowercased(exchange.request.pathBytes())
            part(path.span)
        } else {
            part(exchange.request.pathBytes())
        }
        appendArguments(exchange.request.queryBytes(), prepared.arguments, to: &text)
        for name in prepared.varyHeaders {
            text.append(UInt8(ascii: "|"))
            for value in exchange.request.fields.values(of: name.span) {
                PercentCoding.append(value.span, to: &text)
                text.append(UInt8(ascii: ","))
            }
        }
        return Hex.text(SHA256.digest(text.span).span)
    }

    /// The arguments that count, sorted: their order in the query makes no difference.
    private static func appendArguments(_ query: Span<UInt8>, _ wanted: Set<[UInt8]>?, to text: inout [UInt8]) {
        if query.count == 0 { return }
        if QueryArguments.isTooLong(query) { return PercentCoding.append(query, to: &text) }
        var arguments: [[UInt8]] = []
        var reader = QueryArguments(query)
        while let (name, value) = reader.next(in: query) {
            if let wanted, !wanted.contains(name) { continue }
            var argument = PercentCoding.encode(name.span)
            if let value {
                argument.append(UInt8(ascii: "="))
                PercentCoding.append(value.span, to: &argument)
            }
            arguments.append(argument)
        }
        arguments.sort { $0.lexicographicallyPrecedes($1) }
        for argument in arguments {
            text += argument
            text.append(UInt8(ascii: "&"))
        }
    }

    private static func lowercased(_ bytes: Span<UInt8>) -> [UInt8] {
        bytes.array.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
    }
}
