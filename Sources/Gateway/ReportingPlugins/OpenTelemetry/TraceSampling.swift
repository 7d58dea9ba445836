internal import JSON
internal import PluginKit

/// Which traces are recorded.
struct TraceSampling: Sendable, Equatable {
    enum Strategy: String, Sendable, CaseIterable {
        /// What the caller does not record is not recorded; of the rest a part.
        case parentDrop = "parent_drop_probability_fallback"
        /// The caller decides; where it says nothing, a part.
        case parent = "parent_probability_fallback"
    }

    let strategy: Strategy
    /// Of 2^63 traces so many.
    private let recorded: UInt64

    /// - Parameter rate: From 0 to 1.
    init(_ strategy: Strategy, rate: Double) {
        self.strategy = strategy
        recorded = rate >= 1 ? 1 << 63 : UInt64(max(0, rate) * 0x1p63)
    }

    /// - Parameter parent: What the caller says; nil: nothing.
    func isSampled(_ id: TraceID, parent: Bool?) -> Bool {
        switch (strategy, parent) {
        case (.parentDrop, false?): false
        case (.parent, let parent?): parent
        // The same for all who see the trace.
        default: id.low >> 1 < recorded
        }
    }
}
