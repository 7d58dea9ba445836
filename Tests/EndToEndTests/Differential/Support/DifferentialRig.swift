import Foundation
import TestBrokers
import TestClient

/// Sluice and nginx as clients and servers of each other.
///
///     client ─────────────────────────▶ origin (nginx, whose log says what it has understood) ─▶ sink
///     client ──────────────▶ Sluice ──▶ origin
///     client ──▶ edge (nginx) ─▶ Sluice ──▶ origin
final class DifferentialRig: Sendable {
    /// Where a client knocks.
    enum Door: Int, CaseIterable {
        case origin = 1
        case sluice = 0
        /// nginx in front of Sluice, which reads a body whole first.
        case edge = 2
        /// nginx in front of Sluice, which passes a body on as it comes.
        case streamingEdge = 3
    }

    /// What came of a client's bytes.
    struct Outcome: Sendable {
        /// What the origin has served, in its order.
        var seen: [SeenRequest] = []
        /// What the origin has refused.
        var refused: [SeenRequest] = []
        var answers: [ReadAnswer] = []
        /// What another client got afterwards, who asked for `/other` by connections that were kept.
        var other: ReadAnswer?
        var otherSeen: SeenRequest?
    }

    private static let server = SharedServer { try await DifferentialRig() }
    static func shared() async throws -> DifferentialRig { try await server.get() }

    private let nginx: NginxServer
    private let sluice: RunningSluice
    private let firstPort: Int

    private init() async throws {
        let first = try FreePorts.range(4)
        firstPort = first
        nginx = try await NginxServer(http: Self.configuration(first), port: first + Door.origin.rawValue)
        sluice = try await RunningSluice(
            file: Self.document(origin: first + Door.origin.rawValue),
            settings: ["proxy_listen": "127.0.0.1:\(first)", "event_loops": "1"])
    }

    /// One service by two routes, each of which marks what it passes on. The paths are left as they are.
    private static func document(origin: Int) -> String {
        func route(_ name: String, _ path: String) -> String {
            """
                  - name: \(name)
                    paths: ["\(path)"]
                    strip_path: false
                    preserve_host: true
                    plugins:
                      - name: request-transformer
                        config: {replace: {headers: ["X-Route:\(name)"]}, add: {headers: ["X-Route:\(name)"]}}
            """
        }
        return """
            _format_version: "3.0"
            services:
              - name: origin
                url: http://127.0.0.1:\(origin)
                routes:
            \(route("root", "/"))
            \(route("guarded", "/guarded"))
            """
    }

    private static func configuration(_ first: Int) -> String {
        func edge(_ door: Door, buffering: String) -> String {
            """
            server {
                listen 127.0.0.1:\(first + door.rawValue);
                location / {
                    proxy_pass http://sluice;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $host;
                    proxy_request_buffering \(buffering);
                    proxy_ignore_client_abort on;
                    proxy_next_upstream off;
                }
            }
            """
        }
        return """
            log_format seen \(SeenRequest.logFormat);
            client_body_buffer_size 128k; keepalive_requests 1000000; lingering_timeout 1s;
            upstream sluice { server 127.0.0.1:\(first); keepalive 4; }
            server {
                listen 127.0.0.1:\(first + Door.origin.rawValue);
                access_log FOLDER/seen.log seen;
                location / {
                    proxy_pass http://unix:FOLDER/sink:/;
                    proxy_ignore_client_abort on;
                    add_header X-Origin yes always;
                }
            }
            server { listen unix:FOLDER/sink; location / { return 200 "seen\\n"; } }
            \(edge(.edge, buffering: "on"))
            \(edge(.streamingEdge, buffering: "off"))
            """
    }

    /// Sends the bytes, then another client's request; the origin's log between the two says what the first were.
    func run(_ bytes: [UInt8], methods: [String], by door: Door) async throws -> Outcome {
        let port = firstPort + door.rawValue
        let before = nginx.lines("seen.log").count
        var outcome = Outcome()
        let received = try await OwnThread.run { try RawConnection.talk(bytes, port: port) }
        outcome.answers = ReadAnswer.all(in: received, methods: methods)
        let other = "GET /other HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n"
        outcome.other =
            ReadAnswer.all(in: try await OwnThread.run { try RawConnection.talk(Array(other.utf8), port: port) })
            .first
        var requests: [SeenRequest] = []
        try await Eventually.holds("the origin has seen the other client's request") { [nginx] in
            requests = nginx.lines("seen.log").dropFirst(before).compactMap(SeenRequest.init)
            return requests.contains { $0["host"] == "other.test" }
        }
        outcome.otherSeen = requests.first { $0["host"] == "other.test" }
        for request in requests where request["host"] != "other.test" {
            if request.status == 200 { outcome.seen.append(request) } else { outcome.refused.append(request) }
        }
        return outcome
    }
}
