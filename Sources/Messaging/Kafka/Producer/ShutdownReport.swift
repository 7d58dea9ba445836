/// What a pool could not deliver before its time was up.
package struct ShutdownReport: Sendable, Hashable {
    /// A topic with records left.
    package struct Topic: Sendable, Hashable {
        package let cluster: String
        package let topic: String
        /// Records without a broker's acknowledgement.
        package let undelivered: Int
        /// Those of `undelivered` that were already sent, so that the broker may have them.
        package let inDoubt: Int
    }

    /// Only topics that lost something.
    package var topics: [Topic] = []
    package var undelivered: Int { topics.reduce(0) { $0 + $1.undelivered } }
}
