internal import Bytes
internal import HTTPServer
internal import JSON
internal import Kafka
internal import PluginKit

/// The answers of `kafka-upstream` (reference section 1.8).
struct ProduceAnswer: Sendable {
    /// Whether clients are told what Kafka said.
    let tellsErrors: Bool
    let tellsMetadata: Bool
    private static let sent: StaticString = "{\"message\":\"message sent\"}"
    private static let json: StaticString = "application/json; charset=utf-8"
    static let notSent = "could not send message to topic"

    /// One record, or one for each of several topics, that all are where they should be.
    func writeSent(_ results: [RecordResult], to exchange: inout Exchange) {
        exchange.response.setField("content-type", Self.json)
        guard tellsMetadata else {
            exchange.response.body.append(Self.sent)
            return
        }
        var body = Array("{\"message\":\"message sent\",\"records\":".utf8)
        Self.append(results, withStatus: false, tellsErrors: tellsErrors, to: &body)
        body.append(UInt8(ascii: "}"))
        exchange.response.body = body
    }

    /// 200 for one record whose answer carries nothing but that.
    static func writeSent(to exchange: inout Exchange) {
        exchange.response.setField("content-type", json)
        exchange.response.body.append(sent)
    }

    /// A batch: a result for each record, and the status of the worst.
    func writeBatch(_ results: [RecordResult], to exchange: inout Exchange) {
        let failures = results.compactMap(\.failure)
        var body = Array("{".utf8)
        if let worst = Self.worst(failures) {
            setStatus(of: worst, exchange: &exchange)
            body.append("\"message\":\"")
            body.append(Self.reason(worst.status))
            body.append("\",\"error\":\"\(failures.count) of \(results.count) messages could not be sent\",")
        } else {
            body.append("\"message\":\"messages sent\"," as StaticString)
        }
        body.append("\"results\":" as StaticString)
        Self.append(results, withStatus: true, tellsErrors: tellsErrors, to: &body)
        body.append(UInt8(ascii: "}"))
        exchange.response.setField("content-type", Self.json)
        exchange.response.body = body
    }

    func writeFailure(_ failure: ProduceFailure, to exchange: inout Exchange) {
        setStatus(of: failure, exchange: &exchange)
        var answer: JSONObject = ["message": .string(Self.reason(failure.status))]
        answer["error"] = .string(tellsErrors ? failure.name : Self.notSent)
        if tellsErrors { answer["detail"] = .string(failure.detail) }
        Self.write(answer, to: &exchange)
    }

    /// A request that cannot become a record.
    static func writeBadRequest(_ problem: String, to exchange: inout Exchange) {
        exchange.response.status = 400
        write(["message": "Bad Request", "error": .string(problem)], to: &exchange)
    }

    /// A request that the configuration's scripts made no record of. What they said is for the log, unless errors are told.
    func writeScriptFailure(_ problem: String, to exchange: inout Exchange) {
        exchange.response.status = 500
        Self.write(
            [
                "message": "Internal Server Error",
                "error": .string(tellsErrors ? problem : "the message could not be made"),
            ], to: &exchange)
    }

    static func writeForbiddenTopic(to exchange: inout Exchange) {
        exchange.response.status = 502
        write(
            [
                "message": "Bad Gateway",
                "error": "one or more target topics are not in the allowed topics list",
            ], to: &exchange)
    }

    private func setStatus(of failure: ProduceFailure, exchange: inout Exchange) {
        exchange.response.status = failure.status
        if let seconds = failure.retryAfter { exchange.response.setField("retry-after", decimal: seconds) }
    }

    private static func write(_ answer: JSONObject, to exchange: inout Exchange) {
        exchange.response.setField("content-type", json)
        exchange.response.body.removeAll(keepingCapacity: true)
        JSONValue.object(answer).write(to: &exchange.response.body)
    }

    /// What may be tried again counts less than what may not.
    private static func worst(_ failures: [ProduceFailure]) -> ProduceFailure? {
        failures.first { $0.retryAfter == nil } ?? failures.first
    }

    private static func reason(_ status: Int) -> String { status == 502 ? "Bad Gateway" : "Service Unavailable" }

    private static func append(
        _ results: [RecordResult], withStatus: Bool, tellsErrors: Bool, to body: inout [UInt8]
    ) {
        body.append(UInt8(ascii: "["))
        for (place, result) in results.enumerated() {
            if place > 0 { body.append(UInt8(ascii: ",")) }
            body.append(UInt8(ascii: "{"))
            if withStatus {
                let status = result.failure != nil ? "failed" : result.report == nil ? "queued" : "sent"
                body.append("\"status\":\"\(status)\",")
            }
            body.append("\"topic\":" as StaticString)
            JSONText.appendString(result.topic, to: &body)
            if let failure = result.failure {
                let error = tellsErrors ? failure.name : notSent
                body.append(",\"error\":" as StaticString)
                JSONText.appendString(error, to: &body)
                body.append(",\"retriable\":\(failure.retryAfter != nil)")
            } else if let report = result.report {
                body.append(",\"partition\":" as StaticString)
                body.append(decimal: Int(report.partition))
                // Without acknowledgement nobody knows the offset.
                if report.offset >= 0 {
                    body.append(",\"offset\":" as StaticString)
                    body.append(decimal: Int(report.offset))
                }
                if report.timestamp >= 0 {
                    body.append(",\"timestamp\":" as StaticString)
                    body.append(decimal: Int(report.timestamp))
                }
            }
            body.append(UInt8(ascii: "}"))
        }
        body.append(UInt8(ascii: "]"))
    }
}
