internal import Bytes
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Which formats a request's trace is looked for in, which header fields go, and in which formats it is passed on.
struct TracePropagation: Sendable, Equatable {
    private enum Target: Sendable, Equatable {
        /// The format in which it came.
        case same
        case format(TraceFormat)
    }

    /// The first that the request has counts.
    private var extract: [TraceFormat] = []
    private var clear: [[UInt8]] = []
    private var inject: [Target] = []
    private var fallback = TraceFormat.w3c

    /// The order in which formats are looked for where the configuration names none.
    private static let all: [TraceFormat] = [.b3Single, .b3, .w3c, .jaeger]

    /// - Parameter config: With `propagation`, which counts when it says anything but `default_format`, and `header_type`,
    ///   which counts otherwise.
    init(_ config: JSONObject) {
        let propagation = config["propagation"]?.objectValue ?? [:]
        fallback = TraceFormat(rawValue: propagation["default_format"]?.stringValue ?? "") ?? .w3c
        let isNew = ["extract", "clear", "inject"].contains { propagation[$0]?.arrayValue != nil }
        guard !isNew else {
            for name in propagation["extract"]?.texts ?? [] {
                // Kong's `b3` is both of its forms.
                if name == "b3" { extract.append(.b3Single) }
                if let format = TraceFormat(rawValue: name) { extract.append(format) }
            }
            clear = (propagation["clear"]?.texts ?? []).map { Array($0.utf8) }
            inject = (propagation["inject"]?.texts ?? []).compactMap { name in
                name == "preserve" ? .same : TraceFormat(rawValue: name).map { .format($0) }
            }
            return
        }
        switch config["header_type"]?.stringValue ?? "preserve" {
        case "preserve": (extract, inject) = (Self.all, [.same])
        case "ignore": inject = [.format(fallback)]
        case let name:
            (extract, inject) = (Self.all, [.same])
            if let format = TraceFormat(rawValue: name) { inject.append(.format(format)) }
        }
    }

    /// What the request says, and in which format.
    func found(in request: borrowing RequestHead) -> (format: TraceFormat, trace: TraceFormat.Found)? {
        var undecided: (format: TraceFormat, trace: TraceFormat.Found)?
        for format in extract {
            guard let trace = format.found(in: request) else { continue }
            if trace.id != nil { return (format, trace) }
            undecided = undecided ?? (format, trace)
        }
        return undecided
    }

    /// - Parameter came: The format in which the request's trace came; nil: it had none.
    func write(_ trace: RequestTrace, came: TraceFormat?, to request: inout RequestHead) {
        for name in clear { request.removeField(name.span) }
        var written: [TraceFormat] = []
        for target in inject {
            let format: TraceFormat =
                switch target {
                case .same: came ?? fallback
                case .format(let format): format
                }
            if written.contains(format) { continue }
            written.append(format)
            format.write(trace, to: &request)
        }
    }
}
