/// What operations did to a configuration, for whoever stores it.
package struct ConfigurationChange: Sendable {
    package enum Step: Sendable {
        case put(collection: String, Entity)
        case delete(collection: String, id: String)
    }

    /// In the order in which they were made.
    package var steps: [Step] = []

    package init() {}
}
