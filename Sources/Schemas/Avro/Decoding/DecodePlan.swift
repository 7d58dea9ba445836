/// What to do with the bytes of each type, in rows that name each other by number: how they are read as the writer's
/// type, and as what of the reader's they are shown. Where both schemas are the same, a plan is the schema itself.
struct DecodePlan: Sendable {
    var nodes: [PlanNode] = []
    /// What is done for a record stands together, in the order of the writer's fields; defaults come last.
    var steps: [PlanStep] = []
    /// What is done for the branches of a writer's union stands together.
    var branches: [Int32] = []
    /// For each symbol of a writer's enum the reader's, quoted; a count of -1 where there is none.
    var symbols: [TextRange] = []
    /// What `TextRange` is a range of: JSON, ready to be written.
    var text: [UInt8] = []
    /// The reader's defaults.
    var defaults: [UInt8] = []
    /// Why values of a type cannot be read.
    var failures: [String] = []
    var root: Int32 = 0
}

struct PlanNode: Sendable {
    enum Action: UInt8, Sendable {
        /// As the kind says.
        case read
        /// `first`, as a branch of the reader's union: with its tag where unions have tags.
        case tagged
        /// It cannot be read: `failures[first]`.
        case fail
    }

    var action = Action.read
    /// The kind of what was written.
    var kind = AvroKind.null
    /// As what a primitive is shown, when it is promoted.
    var shown = AvroKind.null
    /// Whether the bytes are a decimal, and of how many digits behind the point.
    var isDecimal = false
    var scale: Int32 = 0
    /// Of a record: its first step; of a union: its first branch; of an enum: its first symbol; of an array or map:
    /// what is within; of a fixed type: the size.
    var first: Int32 = 0
    var count: Int32 = 0
    /// Of `tagged`: the tag, with the colon.
    var tag = TextRange(start: 0, count: 0)
}

struct PlanStep: Sendable {
    enum Action: UInt8, Sendable {
        case read, skip
        /// Not written: `node` is read from the reader's default.
        case fill
    }

    var action: Action
    var node: Int32
    /// The reader's name, quoted, with the colon.
    var name = TextRange(start: 0, count: 0)
    var defaultStart: Int32 = 0
    var defaultCount: Int32 = 0
}

/// A plan, borrowed for the time of one run.
struct PlanView: ~Escapable {
    let nodes: Span<PlanNode>
    let steps: Span<PlanStep>
    let branches: Span<Int32>
    let symbols: Span<TextRange>
    let text: Span<UInt8>
    let defaults: Span<UInt8>
    let failures: Span<String>

    @_lifetime(borrow plan)
    init(_ plan: borrowing DecodePlan) {
        nodes = plan.nodes.span
        steps = plan.steps.span
        branches = plan.branches.span
        symbols = plan.symbols.span
        text = plan.text.span
        defaults = plan.defaults.span
        failures = plan.failures.span
    }

    @_lifetime(copy self)
    func bytes(_ range: TextRange) -> Span<UInt8> { text.extracting(range.range) }
}
