internal import Counting
internal import JSON
internal import Kafka
internal import Observability

/// What happened within a second or so.
struct ConsolePoint: Sendable, Equatable {
    /// When it ended: milliseconds since 1970.
    let time: Int64
    /// Milliseconds since the one before.
    let span: Int
    /// Requests by the first digit of their status, 0 for none of 1 to 5.
    let byClass: [Int]
    let clientsGone: Int
    /// Milliseconds; nil without requests.
    let median: Double?
    let percentile95: Double?
    let percentile99: Double?
    let bytesReceived: Int
    let bytesSent: Int
    let kafka: ConsoleReading.Records

    /// - Parameter earlier: The reading before; nil: there was none, so nothing is known to have happened.
    init(_ reading: ConsoleReading, since earlier: ConsoleReading?) {
        let before = earlier ?? reading
        let (now, then) = (reading.traffic, before.traffic)
        time = reading.time
        span = max(0, Int(reading.time - before.time))
        byClass = zip(now.byClass, then.byClass).map { max(0, $0 - $1) }
        clientsGone = max(0, now.clientsGone - then.clientsGone)
        bytesReceived = max(0, now.bytesReceived - then.bytesReceived)
        bytesSent = max(0, now.bytesSent - then.bytesSent)
        let durations = now.duration.since(then.duration)
        median = durations.quantile(0.5)
        percentile95 = durations.quantile(0.95)
        percentile99 = durations.quantile(0.99)
        kafka = reading.records.since(before.records)
    }

    /// A list, for the page gets many of them.
    var document: JSONValue {
        var values: [JSONValue] = [.integer(Int(time)), .integer(span)]
        values += byClass.map { .integer($0) }
        values.append(.integer(clientsGone))
        values += [median, percentile95, percentile99].map { value in
            value.map { .number(($0 * 10).rounded() / 10) } ?? .null
        }
        values += [bytesReceived, bytesSent, kafka.delivered, kafka.failed, kafka.refused, kafka.queued].map {
            .integer($0)
        }
        return .array(values)
    }

    /// What stands where in `document`.
    static let names: [String] = [
        "time", "span", "other", "s1", "s2", "s3", "s4", "s5", "gone", "p50", "p95", "p99", "received", "sent",
        "delivered", "failed", "refused", "queued",
    ]
}

/// The node's counters at a moment.
struct ConsoleReading: Sendable {
    /// Records on all clusters.
    struct Records: Sendable, Equatable {
        var delivered = 0
        var failed = 0
        var refused = 0
        /// That wait now.
        var queued = 0

        init() {}

        init(_ clusters: [ClusterStatus]) {
            for cluster in clusters {
                delivered += cluster.delivered
                failed += cluster.failed
                queued += cluster.queueDepth
                for topic in cluster.topics { refused += topic.refused }
            }
        }

        /// Counters go back when a producer is replaced: then nothing is known to have happened.
        func since(_ earlier: Records) -> Records {
            var difference = self
            difference.delivered = max(0, delivered - earlier.delivered)
            difference.failed = max(0, failed - earlier.failed)
            difference.refused = max(0, refused - earlier.refused)
            return difference
        }
    }

    /// Milliseconds since 1970.
    let time: Int64
    let traffic: TrafficReading
    let records: Records
}
