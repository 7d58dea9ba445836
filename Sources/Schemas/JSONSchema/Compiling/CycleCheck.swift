/// Finds schemas that lead back to themselves without a step into the value: such a schema would never answer.
struct CycleCheck {
    private let compiler: SchemaCompiler

    init(_ compiler: SchemaCompiler) { self.compiler = compiler }

    func run() throws(JSONSchemaError) {
        enum State { case open, done }
        var states: [Int: State] = [:]
        for start in compiler.sameValue.keys.sorted() where states[start] == nil {
            var path: [(node: Int, next: Int)] = [(start, 0)]
            states[start] = .open
            while let (node, next) = path.last {
                let targets = compiler.sameValue[node] ?? []
                guard next < targets.count else {
                    states[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = targets[next]
                switch states[target] {
                case .open:
                    throw compiler.library.error(
                        .referenceCycle, "the schema refers to itself for the same value, without end",
                        compiler.library.places[node])
                case .done: continue
                case nil:
                    states[target] = .open
                    path.append((target, 0))
                }
            }
        }
    }
}
