internal import CLibrdkafka

/// The client library that was found at start.
package enum KafkaLibrary {
    /// Such as `2.16.0`.
    package static var version: String { String(cString: rd_kafka_version_str()) }

    /// Refuses a library that is too old to talk to today's brokers.
    ///
    /// Versions before 2.3 misread tagged fields of ApiVersions answers (each skipped field is one byte short) and lose
    /// the connection to brokers that send them.
    package static func requireSupported() throws(KafkaError) {
        try requireSupported(version: rd_kafka_version(), text: version)
    }

    static func requireSupported(version: Int32, text: String) throws(KafkaError) {
        guard version >= 0x0203_0000 else {
            throw .invalid(
                "librdkafka \(text) is too old: 2.3 or later is needed. Run scripts/prepare build, which fetches 2.16, "
                    + "or install a newer librdkafka where the system's linker finds it.",
                name: "UnsupportedLibrary")
        }
    }
}
