import TestBrokers
import TestClient

/// A service that answers as it is told, behind Sluice and behind nginx.
final class AnswerRig: Sendable {
    enum Door { case sluice, nginx }

    private static let server = SharedServer { try await AnswerRig() }
    static func shared() async throws -> AnswerRig { try await server.get() }

    private let service: ScriptedUpstream
    private let sluice: RunningSluice
    private let nginx: NginxServer
    private let nginxPort: Int

    private init() async throws {
        service = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                let target = request.split(separator: " ").dropFirst().first ?? ""
                guard target.hasPrefix("/odd/"), let number = Int(target.dropFirst(5)) else {
                    try connection.answer(String(target))
                    continue
                }
                let odd = OddAnswer.all[number]
                try connection.send(odd.text)
                if odd.closes { return }
            }
        }
        sluice = try await RunningSluice(
            file: """
                _format_version: "3.0"
                services:
                  - name: odd
                    url: http://127.0.0.1:\(service.port)
                    routes: [{name: all, paths: ["/"]}]
                """,
            settings: ["event_loops": "1"])
        nginxPort = try FreePorts.one()
        nginx = try await NginxServer(
            http: """
                lingering_timeout 1s;
                upstream odd { server 127.0.0.1:\(service.port); keepalive 4; }
                server {
                    listen 127.0.0.1:\(nginxPort);
                    location / {
                        proxy_pass http://odd;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_next_upstream off;
                        proxy_ignore_client_abort on;
                    }
                }
                """, port: nginxPort)
    }

    /// What a client gets who asks for the answer and then for something else, and what another client gets then.
    func ask(_ odd: OddAnswer, by door: Door) async throws -> (first: [UInt8], second: [UInt8]) {
        let number = OddAnswer.all.firstIndex { $0.name == odd.name } ?? 0
        let port = door == .sluice ? Int(sluice.port) : nginxPort
        func request(_ line: String, _ fields: String = "") -> String {
            "\(line) HTTP/1.1\r\nHost: odd.test\r\n\(fields)\r\n"
        }
        let both = request("\(odd.method) /odd/\(number)") + request("GET /own/second", "Connection: close\r\n")
        let other = request("GET /own/other", "Connection: close\r\n")
        let first = try await OwnThread.run { try RawConnection.talk(Array(both.utf8), port: port) }
        let second = try await OwnThread.run { try RawConnection.talk(Array(other.utf8), port: port) }
        return (first, second)
    }
}
