internal import Synchronization

/// A number that one thread alone writes and any may read: a load and a store, where `Counter` needs a locked
/// instruction.
package struct OwnedCounter: ~Copyable, Sendable {
    private let cell = Atomic(0)

    package init() {}

    package func add(_ amount: Int = 1) {
        cell.store(cell.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    package func set(_ value: Int) { cell.store(value, ordering: .relaxed) }

    package var value: Int { cell.load(ordering: .relaxed) }
}
