internal import Kafka

/// Why a record was not taken or not delivered, as the answer needs to know it.
enum ProduceFailure {
    /// No room in the producer's queue.
    case queueFull
    /// The gate is closed: the producer has kept failing.
    case gated(KafkaError?)
    case kafka(KafkaError)

    /// 502 for what Kafka refuses for good, 503 for what may pass.
    var status: Int {
        switch self {
        case .queueFull, .gated: 503
        case .kafka(let error):
            switch error.kind {
            case .unreachable, .timedOut, .overloaded: 503
            case .refused, .invalid: error.isRetriable ? 503 : 502
            }
        }
    }

    /// Seconds after which trying again makes sense; nil when it does not.
    var retryAfter: Int? {
        switch self {
        case .queueFull: 1
        case .gated: 5
        case .kafka(let error): status == 503 ? (error.kind == .overloaded ? 1 : 5) : nil
        }
    }

    /// A name that does not change.
    var name: String {
        switch self {
        case .queueFull: "QueueFull"
        case .gated: "ProducerUnhealthy"
        case .kafka(let error): error.name
        }
    }

    /// For the log and for clients that may know.
    var detail: String {
        switch self {
        case .queueFull: "the producer's queue is full"
        case .gated(let error):
            "the producer keeps failing" + (error.map { "; last: \($0.name): \($0.message)" } ?? "")
        case .kafka(let error): error.message
        }
    }
}

/// What became of one record of a request.
struct RecordResult {
    let topic: String
    /// Nil: it is under way, or queued for good when nobody waits.
    var report: DeliveryReport?
    var failure: ProduceFailure?

    var isUnderWay: Bool { report == nil && failure == nil }
}
