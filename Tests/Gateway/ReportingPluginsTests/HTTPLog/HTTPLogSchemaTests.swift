import JSON
import TestPlugins
import Testing

@testable import Delivery
@testable import ReportingPlugins

@Suite("the configuration of http-log")
struct HTTPLogSchemaTests {
    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("http-log", ["http_endpoint": "http://a/"]).get()
        #expect(config["method"] == "POST" && config["content_type"] == "application/json")
        #expect(config["timeout"] == 10_000 && config["keepalive"] == 60_000)
        #expect(
            config["queue"] == [
                "max_batch_size": 1, "max_coalescing_delay": 1, "max_entries": 10_000, "max_bytes": .null,
                "initial_retry_delay": 0.01, "max_retry_time": 60, "max_retry_delay": 60, "concurrency_limit": 1,
            ])
    }

    private static let cases = [
        SchemaCase("{}", "config.http_endpoint: required field missing"),
        SchemaCase(#"{"http_endpoint":"{vault://env/log-url}"}"#),
        SchemaCase(#"{"http_endpoint":"a:80"}"#, "config.http_endpoint: \(Endpoint.rule)"),
        SchemaCase(#"{"http_endpoint":"http://a","method":"GET"}"#, "config.method: expected one of: POST, PUT, PATCH"),
        SchemaCase(
            #"{"http_endpoint":"http://a","headers":{"host":"x"}}"#,
            "config.headers: cannot contain 'Host' header"),
        SchemaCase(
            #"{"http_endpoint":"http://a","headers":{"Content-type":"x"}}"#,
            "config.headers: cannot contain 'Content-Type' header"),
        SchemaCase(#"{"http_endpoint":"http://a","headers":{"Authorization":"x"}}"#),
        SchemaCase(
            #"{"http_endpoint":"http://u:p@a","headers":{"authorization":"x"}}"#,
            "config: specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"),
        SchemaCase(
            #"{"http_endpoint":"http://a","queue":{"max_batch_size":0}}"#,
            "config.queue.max_batch_size: value should be between 1 and 1000000"),
        SchemaCase(
            #"{"http_endpoint":"http://a","queue":{"concurrency_limit":2}}"#,
            "config.queue.concurrency_limit: expected one of: -1, 1"),
    ]

    @Test("what is taken and refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("http-log") }

    @Test("fields of earlier versions stand for the queue's, unless they are what they were by default")
    func former() throws {
        func options(_ changes: JSONObject) throws -> DeliveryOptions {
            let config = try PluginFixture.config("http-log", ["http_endpoint": "http://a"], changes)
            return QueueFields.options(config, PluginFixture.context(), former: HTTPLog.former)
        }
        #expect(try options([:]) == DeliveryOptions())
        let changed = try options(["queue_size": 5, "flush_timeout": 0.5, "retry_count": 3])
        #expect(changed.batchSize == 5 && changed.coalescingDelay == 500)
        let kept = try options(["queue_size": 1, "flush_timeout": 2, "queue": ["max_batch_size": 7]])
        #expect(kept.batchSize == 7 && kept.coalescingDelay == 1_000)
    }

    @Test("delays double up to the greatest")
    func delays() {
        let options = DeliveryOptions()
        #expect((1...5).map { options.delay(afterTries: $0) } == [10, 20, 40, 80, 160])
        #expect(options.delay(afterTries: 14) == 60_000 && options.delay(afterTries: 5_000) == 60_000)
    }
}
