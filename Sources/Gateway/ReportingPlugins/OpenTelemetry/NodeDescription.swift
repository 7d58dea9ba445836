/// What a node says of itself to those that plugins send to, and what it sets for all of them.
package struct NodeDescription: Sendable {
    package let version: String
    /// Its UUID, of this start.
    package let id: String
    /// The part of traces that is recorded where a configuration does not say it; from 0 to 1.
    package let samplingRate: Double

    package init(version: String, id: String, samplingRate: Double) {
        self.version = version
        self.id = id
        self.samplingRate = samplingRate
    }
}
