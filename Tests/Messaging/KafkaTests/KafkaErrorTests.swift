import CLibrdkafka
import Testing

@testable import Kafka

@Suite("Errors of Kafka")
struct KafkaErrorTests {
    @Test(
        "have Kafka's names, kinds and texts",
        arguments: [
            (29, "TopicAuthorizationFailed", KafkaError.Kind.refused, false, "Topic authorization failed"),
            (3, "UnknownTopicOrPartition", .refused, false, "Unknown topic or partition"),
            (10, "MessageSizeTooLarge", .refused, false, "Message size too large"),
            (-192, "MessageTimedOut", .timedOut, true, "Message timed out"),
            (7, "RequestTimedOut", .timedOut, true, "Request timed out"),
            (-195, "BrokerTransportFailure", .unreachable, true, "Broker transport failure"),
            (-193, "HostResolutionFailed", .unreachable, true, "Host resolution failure"),
            (6, "NotLeaderForPartition", .unreachable, true, "Not leader for partition"),
            (19, "NotEnoughReplicas", .unreachable, true, "Not enough in-sync replicas"),
            (-184, "QueueFull", .overloaded, true, "Queue full"),
            (89, "ThrottlingQuotaExceeded", .overloaded, true, "Throttling quota has been exceeded"),
            (58, "SaslAuthenticationFailed", .refused, false, "SASL Authentication failed"),
            (-169, "AuthenticationFailed", .refused, false, "Authentication failure"),
            (-181, "TLSFailure", .refused, false, "SSL error"),
            (-188, "UnknownTopicOrPartition", .refused, false, "Unknown topic"),
            (-186, "InvalidArgument", .invalid, false, "Invalid argument or configuration"),
        ] as [(Int32, String, KafkaError.Kind, Bool, String)])
    func table(code: Int32, name: String, kind: KafkaError.Kind, isRetriable: Bool, text: String) {
        let error = KafkaError(rd_kafka_resp_err_t(rawValue: code))
        #expect(error.code == code)
        #expect(error.name == name)
        #expect(error.kind == kind)
        #expect(error.isRetriable == isRetriable)
        #expect(error.message == text)
        #expect(error.description == "\(name): \(text)")
    }

    @Test("every error that the library knows has a name of letters and digits")
    func names() {
        var descriptions: UnsafePointer<rd_kafka_err_desc>?
        var count = 0
        rd_kafka_get_err_descs(&descriptions, &count)
        #expect(count > 100)
        for index in 0..<count {
            guard let description = descriptions?[index], description.name != nil else { continue }
            let name = KafkaError(description.code).name
            #expect(!name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }, "\(name)")
        }
    }

    @Test("are one word wide, so that reports stay small")
    func size() {
        #expect(MemoryLayout<KafkaError?>.size == 8)
        #expect(MemoryLayout<DeliveryReport>.size <= 32)
    }

    @Test("the library found is new enough, and an older one is refused with the remedy")
    func library() throws {
        try KafkaLibrary.requireSupported()
        #expect(KafkaLibrary.version.split(separator: ".").count >= 3)
        let error = #expect(throws: KafkaError.self) {
            try KafkaLibrary.requireSupported(version: 0x0200_02ff, text: "2.0.2")
        }
        #expect(error?.name == "UnsupportedLibrary")
        #expect(error?.message.contains("librdkafka 2.0.2 is too old") == true)
        #expect(error?.message.contains("scripts/prepare build") == true)
        try KafkaLibrary.requireSupported(version: 0x0203_00ff, text: "2.3.0")
    }
}
