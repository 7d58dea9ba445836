import HTTPServer
import JSON
import TestPlugins
import Testing

@testable import Kafka
@testable import Plugins

/// A failure and the answer it makes.
struct FailureCase: Sendable, CustomTestStringConvertible {
    let failure: @Sendable () -> ProduceFailure
    let status: Int
    let retryAfter: Int?
    let name: String
    let detail: String

    var testDescription: String { "\(name): \(detail)" }

    static func kafka(
        _ kind: KafkaError.Kind, isRetriable: Bool, _ status: Int, _ retryAfter: Int?
    ) -> FailureCase {
        FailureCase(
            failure: { .kafka(error(kind, isRetriable: isRetriable)) }, status: status, retryAfter: retryAfter,
            name: "Sample", detail: "\(kind.rawValue) it is")
    }

    static func error(_ kind: KafkaError.Kind, isRetriable: Bool) -> KafkaError {
        KafkaError(code: 1, name: "Sample", message: "\(kind.rawValue) it is", kind: kind, isRetriable: isRetriable)
    }

    static let all = [
        kafka(.unreachable, isRetriable: true, 503, 5),
        kafka(.timedOut, isRetriable: true, 503, 5),
        kafka(.overloaded, isRetriable: true, 503, 1),
        kafka(.refused, isRetriable: false, 502, nil),
        kafka(.refused, isRetriable: true, 503, 5),
        kafka(.invalid, isRetriable: false, 502, nil),
        FailureCase(
            failure: { .queueFull }, status: 503, retryAfter: 1, name: "QueueFull",
            detail: "the producer's queue is full"),
        FailureCase(
            failure: { .gated(nil) }, status: 503, retryAfter: 5, name: "ProducerUnhealthy",
            detail: "the producer keeps failing"),
        FailureCase(
            failure: { .gated(error(.unreachable, isRetriable: true)) }, status: 503, retryAfter: 5,
            name: "ProducerUnhealthy", detail: "the producer keeps failing; last: Sample: unreachable it is"),
    ]
}

@Suite("kafka-upstream: answers")
struct ProduceAnswerTests {
    private static let report = DeliveryReport(error: nil, partition: 3, offset: 12, timestamp: 1_700_000_000_000)
    private static let unknown = DeliveryReport(error: nil, partition: 3, offset: -1, timestamp: -1)
    private static let json = "application/json; charset=utf-8"

    private static func body(_ exchange: borrowing Exchange) throws -> JSONValue {
        try JSONValue.parse(exchange.response.body.span)
    }

    @Test("a failure has its status, Retry-After and body", arguments: FailureCase.all, [false, true])
    func failure(_ test: FailureCase, tellsErrors: Bool) throws {
        var exchange = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: tellsErrors, tellsMetadata: false).writeFailure(test.failure(), to: &exchange)

        #expect(exchange.response.status == test.status)
        #expect(exchange.response.value(of: "retry-after") == test.retryAfter.map(String.init))
        #expect(exchange.response.value(of: "content-type") == Self.json)
        var expected: JSONObject = [
            "message": test.status == 502 ? "Bad Gateway" : "Service Unavailable",
            "error": tellsErrors ? .string(test.name) : "could not send message to topic",
        ]
        if tellsErrors { expected["detail"] = .string(test.detail) }
        let body = try Self.body(exchange)
        #expect(body == .object(expected))
    }

    @Test("a record that was sent has Kong's body, or tells where it is")
    func sent() throws {
        let results = [
            RecordResult(topic: "a", report: Self.report), RecordResult(topic: "b\"", report: Self.unknown),
        ]
        var plain = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: false, tellsMetadata: false).writeSent(results, to: &plain)
        var full = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: false, tellsMetadata: true).writeSent(results, to: &full)
        var queued = try RequestFixture.exchange()
        ProduceAnswer.writeSent(to: &queued)

        #expect(plain.response.status == 200 && full.response.status == 200 && queued.response.status == 200)
        #expect(plain.response.value(of: "content-type") == Self.json)
        #expect(full.response.value(of: "content-type") == Self.json)
        #expect(queued.response.value(of: "content-type") == Self.json)
        let bodies = [try Self.body(plain), try Self.body(queued), try Self.body(full)]
        #expect(bodies[0] == ["message": "message sent"])
        #expect(bodies[1] == ["message": "message sent"])
        #expect(
            bodies[2]
                == [
                    "message": "message sent",
                    "records": [
                        ["topic": "a", "partition": 3, "offset": 12, "timestamp": 1_700_000_000_000],
                        ["topic": "b\"", "partition": 3],
                    ],
                ])
    }

    @Test("a batch has a result for each record")
    func batch() throws {
        var exchange = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: false, tellsMetadata: false).writeBatch(
            [RecordResult(topic: "a", report: Self.report), RecordResult(topic: "a")], to: &exchange)

        #expect(exchange.response.status == 200)
        #expect(exchange.response.value(of: "content-type") == Self.json)
        let body = try Self.body(exchange)
        #expect(
            body
                == [
                    "message": "messages sent",
                    "results": [
                        [
                            "status": "sent", "topic": "a", "partition": 3, "offset": 12,
                            "timestamp": 1_700_000_000_000,
                        ], ["status": "queued", "topic": "a"],
                    ],
                ])
    }

    @Test("a batch has the status of its worst failure: what stays counts more than what may pass")
    func batchFailures() throws {
        let later = ProduceFailure.kafka(FailureCase.error(.timedOut, isRetriable: true))
        let never = ProduceFailure.kafka(FailureCase.error(.refused, isRetriable: false))
        var passing = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: false, tellsMetadata: false).writeBatch(
            [RecordResult(topic: "a", failure: .queueFull), RecordResult(topic: "a", report: Self.report)], to: &passing
        )
        var mixed = try RequestFixture.exchange()
        ProduceAnswer(tellsErrors: true, tellsMetadata: false).writeBatch(
            [RecordResult(topic: "a", failure: later), RecordResult(topic: "b", failure: never)], to: &mixed)

        #expect(passing.response.status == 503 && passing.response.value(of: "retry-after") == "1")
        #expect(mixed.response.status == 502 && mixed.response.value(of: "retry-after") == nil)
        let bodies = [try Self.body(passing), try Self.body(mixed)]
        #expect(
            bodies[0]
                == [
                    "message": "Service Unavailable", "error": "1 of 2 messages could not be sent",
                    "results": [
                        [
                            "status": "failed", "topic": "a", "error": "could not send message to topic",
                            "retriable": true,
                        ],
                        [
                            "status": "sent", "topic": "a", "partition": 3, "offset": 12,
                            "timestamp": 1_700_000_000_000,
                        ],
                    ],
                ])
        #expect(
            bodies[1]
                == [
                    "message": "Bad Gateway", "error": "2 of 2 messages could not be sent",
                    "results": [
                        ["status": "failed", "topic": "a", "error": "Sample", "retriable": true],
                        ["status": "failed", "topic": "b", "error": "Sample", "retriable": false],
                    ],
                ])
    }

    @Test("a request that cannot become a record is told why")
    func badRequest() throws {
        var bad = try RequestFixture.exchange()
        ProduceAnswer.writeBadRequest("the body is \"bad\"", to: &bad)
        var forbidden = try RequestFixture.exchange()
        ProduceAnswer.writeForbiddenTopic(to: &forbidden)

        #expect(bad.response.status == 400 && forbidden.response.status == 502)
        let bodies = [try Self.body(bad), try Self.body(forbidden)]
        #expect(bodies[0] == ["message": "Bad Request", "error": "the body is \"bad\""])
        #expect(
            bodies[1]
                == [
                    "message": "Bad Gateway",
                    "error": "one or more target topics are not in the allowed topics list",
                ])
    }
}
