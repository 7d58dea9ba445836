/// Where the registry's events are kept: of each key the last value, in the order in which they were written. Used on
/// the registry's own thread, and may block it.
package protocol RegistryJournal: AnyObject {
    /// Everything that is kept.
    func load() throws -> [RegistryEvent]
    /// Before a change is decided: what others have written since. Nobody else writes from then on, unless they say so
    /// by `superseded`.
    func prepare() throws(RegistryJournalFailure) -> [RegistryEvent]
    /// Makes all of these durable, or throws. Gives what has now happened: these, and perhaps more.
    func append(_ events: [RegistryEvent]) throws(RegistryJournalFailure) -> [RegistryEvent]
    /// What others have written since, as far as it is here.
    func take() throws -> [RegistryEvent]
    func close()
}

/// Why events were not written, or nobody knows whether they were.
package enum RegistryJournalFailure: Error, Sendable {
    /// Somebody else has written meanwhile, and these events are not there: to be decided anew.
    case superseded
    /// They may be there or not.
    case timedOut(String)
    /// They are not there.
    case failed(String)
}

/// A journal that only this process writes.
extension RegistryJournal {
    package func prepare() throws(RegistryJournalFailure) -> [RegistryEvent] { [] }
    package func take() throws -> [RegistryEvent] { [] }
}

/// Forgets all at the end of the process.
package final class MemoryJournal: RegistryJournal {
    package init() {}

    package func load() -> [RegistryEvent] { [] }
    package func append(_ events: [RegistryEvent]) -> [RegistryEvent] { events }
    package func close() {}
}
