/// Where the registry's events are kept: of each key the last value, in the order in which they were written. Used on
/// the registry's own thread, and may block it.
package protocol RegistryJournal: AnyObject {
    /// Everything that is kept, and the highest id ever given.
    func load() throws -> (events: [RegistryEvent], highestID: Int)
    /// Makes all of these durable, or throws and has changed nothing.
    ///
    /// - Parameter highestID: The highest id ever given, with these.
    func append(_ events: [RegistryEvent], highestID: Int) throws
    func close()
}

/// Forgets all at the end of the process.
package final class MemoryJournal: RegistryJournal {
    package init() {}

    package func load() -> (events: [RegistryEvent], highestID: Int) { ([], 0) }
    package func append(_ events: [RegistryEvent], highestID: Int) {}
    package func close() {}
}
