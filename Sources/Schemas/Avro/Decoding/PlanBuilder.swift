/// Makes the plan for reading as one schema what was written as another (section "Schema Resolution").
///
/// Pairs of types are worked off one after another, not one within another: schemas may name each other's types to any
/// depth.
struct PlanBuilder {
    /// Which schemas a pair's types are of: the writer's and the reader's, or one of them twice.
    enum Source: Hashable { case both, writer, reader }

    struct Pair: Hashable {
        let source: Source
        let writer: Int32
        let reader: Int32
    }

    private let writerTables: SchemaTables
    private let readerTables: SchemaTables
    var plan = DecodePlan()
    private var known: [Pair: Int32] = [:]
    private var queue: [(pair: Pair, node: Int32)] = []

    /// Pairs of types in one plan.
    private static let mostPairs = 200_000

    private init(_ writer: SchemaTables, _ reader: SchemaTables) {
        writerTables = writer
        readerTables = reader
        plan.defaults = reader.defaults
    }

    static func plan(
        writer: SchemaTables, reader: SchemaTables, isSame: Bool
    ) throws(AvroResolutionError) -> DecodePlan {
        var builder = PlanBuilder(writer, reader)
        builder.plan.root = builder.node(
            Pair(source: isSame ? .reader : .both, writer: writer.root, reader: reader.root))
        var place = 0
        while place < builder.queue.count {
            guard builder.queue.count <= mostPairs else {
                throw AvroResolutionError("the schemas have more than \(mostPairs) pairs of types to resolve")
            }
            builder.fill(builder.queue[place].node, builder.queue[place].pair)
            place += 1
        }
        builder.spreadFailures()
        let root = builder.plan.nodes[Int(builder.plan.root)]
        if root.action == .fail { throw AvroResolutionError(builder.plan.failures[Int(root.first)]) }
        return builder.plan
    }

    func writer(_ pair: Pair) -> SchemaTables { pair.source == .reader ? readerTables : writerTables }
    func reader(_ pair: Pair) -> SchemaTables { pair.source == .writer ? writerTables : readerTables }

    /// The number of the pair's node, which is filled in later.
    mutating func node(_ pair: Pair) -> Int32 {
        if let known = known[pair] { return known }
        let node = Int32(plan.nodes.count)
        plan.nodes.append(PlanNode())
        known[pair] = node
        queue.append((pair, node))
        return node
    }

    mutating func append(text: String) -> TextRange {
        let start = plan.text.count
        plan.text.append(contentsOf: text.utf8)
        return TextRange(start: Int32(start), count: Int32(plan.text.count - start))
    }

    mutating func fail(_ message: String) -> PlanNode {
        plan.failures.append(message)
        return PlanNode(action: .fail, first: Int32(plan.failures.count - 1))
    }

    /// A record of which a field can never be read can never be read itself. What may not be there (an element, the
    /// branch of a writer's union) spoils nothing.
    private mutating func spreadFailures() {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            // What is within comes mostly later in the row.
            for index in plan.nodes.indices.reversed() where plan.nodes[index].action != .fail {
                guard let message = spoiledBy(plan.nodes[index]) else { continue }
                plan.nodes[index] = fail(message)
                hasChanged = true
            }
        }
    }

    private func spoiledBy(_ node: PlanNode) -> String? {
        if node.action == .tagged {
            let inner = plan.nodes[Int(node.first)]
            return inner.action == .fail ? plan.failures[Int(inner.first)] : nil
        }
        guard node.kind == .record else { return nil }
        for step in plan.steps[Int(node.first)..<Int(node.first) + Int(node.count)] where step.action == .read {
            let inner = plan.nodes[Int(step.node)]
            guard inner.action == .fail else { continue }
            let name = String(decoding: plan.text[step.name.range].dropFirst().dropLast(2), as: UTF8.self)
            return "field '\(name)': " + plan.failures[Int(inner.first)]
        }
        return nil
    }
}

/// Why no value of the writer's schema can be read by the reader's.
package struct AvroResolutionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    init(_ message: String) { self.message = message }
    package var description: String { message }
}
