import JSON
import TestBrokers

/// A collector of OTLP over HTTP that reads what comes with OpenTelemetry's own messages.
final class TraceCollector: Sendable {
    private let process: ChildProcess
    let port: Int

    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - statuses: Of the first answers, one each; then 200.
    ///   - answers: False: it takes requests and never answers.
    init(port wanted: Int = 0, statuses: [Int] = [], answers: Bool = true) async throws {
        process = try ChildProcess(
            TestEnvironment.python,
            [
                "-u", "-c", Self.script, String(wanted), statuses.map(String.init).joined(separator: ","),
                answers ? "1" : "",
            ])
        // The whole line.
        try await process.waitFor("\n")
        let line = process.text.split(separator: "\n").first { $0.hasPrefix("listening") }
        guard let port = line?.split(separator: " ").last.flatMap({ Int($0) }) else {
            throw TestEnvironmentError("the collector says no port: \(process.text)")
        }
        self.port = port
    }

    func stop() async { await process.stop() }

    var endpoint: String { "http://127.0.0.1:\(port)/v1/traces" }

    /// All requests that came, with their status: path, fields, and the spans in them.
    var requests: [JSONValue] {
        get throws {
            let text = process.text
            // The last line may still be being written.
            let lines = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)].split(separator: "\n")
            return try lines.filter { $0.hasPrefix("{") }.map { try JSONValue.parse(text: String($0)) }
        }
    }

    /// The spans of requests that were answered 200.
    var spans: [CollectedSpan] {
        get throws {
            try requests.filter { $0["status"] == 200 }.flatMap { $0["spans"]?.arrayValue ?? [] }
                .map(CollectedSpan.init)
        }
    }

    /// The spans of a trace, once its root is there.
    func trace(_ id: String) async throws -> CollectedTrace {
        try await Eventually.holds("the spans of \(id): \(process.text.suffix(2_000))") {
            try spans.contains { $0.trace == id && $0.name == "kong" }
        }
        return CollectedTrace(spans: try spans.filter { $0.trace == id })
    }

    private static let script = """
        import http.server, json, sys, threading
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
        statuses = [int(status) for status in sys.argv[2].split(",") if status]
        def value(any):
            kind = any.WhichOneof("value")
            return getattr(any, kind)
        def attributes(pairs): return {pair.key: value(pair.value) for pair in pairs}
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not sys.argv[3]: threading.Event().wait()
                status = statuses.pop(0) if statuses else 200
                request = service.ExportTraceServiceRequest.FromString(body)
                spans = []
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            spans.append({"trace": span.trace_id.hex(), "id": span.span_id.hex(),
                                "parent": span.parent_span_id.hex(), "state": span.trace_state, "name": span.name,
                                "kind": span.kind, "start": span.start_time_unix_nano, "end": span.end_time_unix_nano,
                                "attributes": attributes(span.attributes), "code": span.status.code,
                                "message": span.status.message, "scope": scope.scope.name,
                                "resource": attributes(resource.resource.attributes)})
                fields = {name.lower(): value for name, value in self.headers.items()}
                print(json.dumps({"status": status, "path": self.path, "fields": fields, "spans": spans}))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
        server.daemon_threads = True
        print("listening", server.server_address[1])
        server.serve_forever()
        """
}

/// A span as it was sent.
struct CollectedSpan: Sendable {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    private func text(_ name: String) -> String { json[name]?.stringValue ?? "" }

    var trace: String { text("trace") }
    var id: String { text("id") }
    /// Empty: none.
    var parent: String { text("parent") }
    var state: String { text("state") }
    var name: String { text("name") }
    var kind: Int { json["kind"]?.integerValue ?? -1 }
    /// Nanoseconds since 1970.
    var start: Int { json["start"]?.integerValue ?? -1 }
    var end: Int { json["end"]?.integerValue ?? -1 }
    var isFailed: Bool { json["code"] == 2 }
    subscript(attribute: String) -> JSONValue? { json["attributes"]?[attribute] }
}

/// The spans of one request.
struct CollectedTrace: Sendable {
    let spans: [CollectedSpan]

    func all(_ name: String) -> [CollectedSpan] { spans.filter { $0.name == name }.sorted { $0.start < $1.start } }

    /// The one span of that name.
    func one(_ name: String) throws -> CollectedSpan {
        let all = all(name)
        guard all.count == 1 else { throw TestEnvironmentError("\(all.count) spans \(name) of \(spans.map(\.name))") }
        return all[0]
    }
}
