internal import JSON

/// Compares the types of a reader's schema with those of a writer's, as Avro's `SchemaCompatibility` does: a pair of
/// types that stands within itself is compatible unless something else speaks against it.
///
/// Pairs are worked off with a stack of our own: schemas may name each other's types to any depth.
struct CompatibilityCheck {
    struct Pair: Hashable {
        let reader: Int32
        let writer: Int32

        /// There is one of each primitive type, so that its place says nothing.
        var isOfPrimitives: Bool {
            reader <= AvroKind.string.rawValue && writer <= AvroKind.string.rawValue
        }
    }

    enum Step {
        case tell(Fault)
        case visit(Pair, below: [String])
    }

    /// What the results of the pairs within mean for a pair.
    enum Rule {
        /// All have to be compatible.
        case all
        /// One has to be: `otherwise` is told when none is.
        case any(otherwise: Fault)
        /// All have to be, and of one that is not only this is told; in the order of the steps.
        case branches([Fault])
    }

    struct Fault {
        let kind: AvroIncompatibility.Kind
        let below: [String]
        let message: String

        init(_ kind: AvroIncompatibility.Kind, _ below: [String], _ message: String) {
            self.kind = kind
            self.below = below
            self.message = message
        }
    }

    let reader: SchemaTables
    let writer: SchemaTables
    /// What hinders each pair; nothing while it is being worked on.
    private var known: [Pair: [AvroIncompatibility]] = [:]
    private var frames: [Frame] = []
    /// Places in the reader's schema, each below another; the first is the whole.
    private var places: [(parent: Int, below: [String])] = [(-1, [])]

    private static let mostPairs = 200_000

    init(reader: SchemaTables, writer: SchemaTables) {
        self.reader = reader
        self.writer = writer
    }

    mutating func run() throws(AvroSchemaError) -> [AvroIncompatibility] {
        begin(Pair(reader: reader.root, writer: writer.root), place: 0)
        while true {
            let top = frames.count - 1
            guard let step = frames[top].next() else {
                let frame = frames.removeLast()
                var result = frame.found
                if case .any(let fault) = frame.rule, !frame.isSettled { result = [told(fault, at: frame.place)] }
                if !frame.pair.isOfPrimitives { known[frame.pair] = result }
                guard let parent = frames.indices.last else { return result }
                take(result, in: parent)
                continue
            }
            switch step {
            case .tell(let fault): frames[top].add(told(fault, at: frames[top].place))
            case .visit(let pair, let below):
                if let result = known[pair] {
                    take(result, in: top)
                    continue
                }
                guard known.count < Self.mostPairs else {
                    throw AvroSchemaError(
                        .tooComplex, "the schemas have more than \(Self.mostPairs) pairs of types to compare",
                        at: JSONPointer(tokens: []))
                }
                places.append((frames[top].place, below))
                begin(pair, place: places.count - 1)
            }
        }
    }

    private mutating func begin(_ pair: Pair, place: Int) {
        if !pair.isOfPrimitives { known[pair] = [] }
        let (rule, steps) = plan(pair)
        frames.append(Frame(pair: pair, place: place, rule: rule, steps: steps))
    }

    /// Takes what hinders the pair of a frame's last step.
    private mutating func take(_ result: [AvroIncompatibility], in frame: Int) {
        switch frames[frame].rule {
        case .all: for one in result { frames[frame].add(one) }
        case .any: if result.isEmpty { frames[frame].isSettled = true }
        case .branches(let faults):
            let fault = faults[frames[frame].position - 1]
            if !result.isEmpty { frames[frame].add(told(fault, at: frames[frame].place)) }
        }
    }

    private func told(_ fault: Fault, at place: Int) -> AvroIncompatibility {
        var parts = [fault.below]
        var place = place
        while place >= 0 {
            parts.append(places[place].below)
            place = places[place].parent
        }
        let tokens = parts.reversed().flatMap(\.self)
        return AvroIncompatibility(kind: fault.kind, pointer: JSONPointer(tokens: tokens), message: fault.message)
    }

    /// A pair that is being worked on.
    private struct Frame {
        let pair: Pair
        let place: Int
        let rule: Rule
        let steps: [Step]
        var position = 0
        var found: [AvroIncompatibility] = []
        /// One of several was enough.
        var isSettled = false
        private var seen: Set<AvroIncompatibility> = []

        init(pair: Pair, place: Int, rule: Rule, steps: [Step]) {
            self.pair = pair
            self.place = place
            self.rule = rule
            self.steps = steps
        }

        mutating func next() -> Step? {
            guard !isSettled, position < steps.count else { return nil }
            position += 1
            return steps[position - 1]
        }

        mutating func add(_ one: AvroIncompatibility) {
            if found.count < AvroIncompatibility.most, seen.insert(one).inserted { found.append(one) }
        }
    }
}
