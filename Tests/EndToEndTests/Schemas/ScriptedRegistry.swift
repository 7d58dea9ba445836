import JSON
import TestClient

/// A registry that a test scripts: subjects with one schema each, and the calls that came.
final class ScriptedRegistry: Sendable {
    struct Schema: Sendable {
        let id: Int
        let version: Int
        let type: String
        let text: String
        var guid: String?
    }

    private let server: ScriptedUpstream

    /// - Parameter gate: Nobody is answered before it opens.
    init(_ subjects: [String: Schema], gate: ConditionGate? = nil) throws {
        server = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                gate?.wait()
                let path = String(request.split(separator: " ")[1])
                let subject = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
                guard path.hasPrefix("/subjects/"), let schema = subjects[subject] else {
                    try connection.answer(
                        #"{"error_code":40401,"message":"Subject not found."}"#, status: "404 Not Found")
                    continue
                }
                var answer: JSONObject = [
                    "subject": .string(subject), "id": .integer(schema.id), "version": .integer(schema.version),
                    "schemaType": .string(schema.type), "schema": .string(schema.text),
                ]
                if let guid = schema.guid { answer["guid"] = .string(guid) }
                try connection.answer(JSONValue.object(answer).text, status: "200 OK")
            }
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    /// The request lines' paths.
    var calls: [String] { server.requests.map { String($0.split(separator: " ")[1]) } }
}
