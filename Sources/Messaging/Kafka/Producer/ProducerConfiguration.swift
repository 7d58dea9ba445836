/// Everything that makes one producer different from another: equal values share one.
package struct ProducerConfiguration: Sendable, Hashable {
    /// How many replicas must have a record before the broker answers.
    package enum Acknowledgement: Int, Sendable {
        case all = -1
        case none = 0
        case leader = 1
    }

    package enum Compression: String, Sendable, CaseIterable {
        case none, gzip, snappy, lz4, zstd
    }

    /// How a key becomes a partition; what a record without a key does.
    package enum Partitioner: String, Sendable, CaseIterable {
        /// Java's hash; without a key a random partition that changes with each batch.
        case murmur2Random = "murmur2_random"
        /// Java's hash; records without a key all go to one partition.
        case murmur2
        /// CRC-32; without a key as `murmur2Random`.
        case consistentRandom = "consistent_random"
        /// CRC-32; records without a key all go to one partition.
        case consistent
        /// FNV-1a, as Sarama; without a key as `murmur2Random`.
        case fnv1aRandom = "fnv1a_random"
        case fnv1a
        /// Any partition, key or not.
        case random
    }

    package var cluster: ClusterConfiguration
    package var acknowledgement: Acknowledgement
    /// Each record stored once and in order in spite of retries; needs `.all`.
    package var isIdempotent: Bool
    package var compression: Compression
    /// Milliseconds a record may wait for company, 0…900000. 0: it goes at once, with what could not go before because
    /// `maximumInFlight` requests were under way.
    package var linger: Double
    /// Records a request may carry for one partition, 1…1000000.
    package var batchMessages: Int
    /// Bytes a request may carry for one partition.
    package var batchBytes: Int
    /// Milliseconds the broker may take to collect the acknowledgements, 1…900000.
    package var requestTimeout: Int
    /// Milliseconds from `produce` to the report at the latest, retries included.
    package var deliveryTimeout: Int
    package var retries: Int
    /// Milliseconds between two tries.
    package var retryBackoff: Int
    /// Records that may wait or be under way.
    package var queueMessages: Int
    /// Bytes of them.
    package var queueBytes: Int
    package var partitioner: Partitioner
    /// The largest request the broker is sent; a record that does not fit is refused at once.
    package var maximumMessageBytes: Int
    /// Produce requests under way to one broker; nil: as many as librdkafka allows, 5 with idempotence and a million
    /// without, so that records are hardly ever sent together without a linger.
    package var maximumInFlight: Int?

    package init(
        cluster: ClusterConfiguration, acknowledgement: Acknowledgement = .all, isIdempotent: Bool = true,
        compression: Compression = .none, linger: Double = 0, batchMessages: Int = 10_000,
        batchBytes: Int = 1_048_576, requestTimeout: Int = 2_000, deliveryTimeout: Int = 30_000, retries: Int = 10,
        retryBackoff: Int = 100, queueMessages: Int = 50_000, queueBytes: Int = 256 << 20,
        partitioner: Partitioner = .murmur2Random, maximumMessageBytes: Int = 1_048_576, maximumInFlight: Int? = nil
    ) {
        self.cluster = cluster
        self.acknowledgement = acknowledgement
        self.isIdempotent = isIdempotent
        self.compression = compression
        self.linger = linger
        self.batchMessages = batchMessages
        self.batchBytes = batchBytes
        self.requestTimeout = requestTimeout
        self.deliveryTimeout = deliveryTimeout
        self.retries = retries
        self.retryBackoff = retryBackoff
        self.queueMessages = queueMessages
        self.queueBytes = queueBytes
        self.partitioner = partitioner
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumInFlight = maximumInFlight
    }
}
