internal import Bytes
internal import JSON

/// One pass over the bytes of a value.
struct DecodingRun: ~Escapable {
    let plan: PlanView
    /// What is read: the value, or one of the plan's defaults.
    var input: Span<UInt8>
    var position = 0
    let isTagged: Bool
    let showsDecimals: Bool
    let limits: AvroDecodingLimits
    private let outputEnd: Int
    private var depth = 0
    private var elements = 0

    @_lifetime(copy plan, copy input)
    init(
        _ plan: PlanView, _ input: Span<UInt8>, _ options: AvroJSONOptions, _ limits: AvroDecodingLimits,
        outputStart: Int
    ) {
        self.plan = plan
        self.input = input
        isTagged = options.form == .avroJSON
        showsDecimals = options.decimals == .numbers
        self.limits = limits
        outputEnd = outputStart + limits.outputBytes
    }

    func failure(_ rule: AvroDecodingError.Rule, _ message: String) -> AvroDecodingError {
        AvroDecodingError(rule, message, offset: position)
    }

    func checkRoom(_ output: borrowing [UInt8]) throws(AvroDecodingError) {
        if output.count > outputEnd { throw failure(.tooLarge, "the JSON takes more than \(limits.outputBytes) bytes") }
    }

    /// Appends the JSON of the value that comes next.
    mutating func value(_ index: Int32, to output: inout [UInt8]) throws(AvroDecodingError) {
        let node = plan.nodes[Int(index)]
        try checkRoom(output)
        switch node.action {
        case .read: break
        case .fail: throw failure(.unresolved, plan.failures[Int(node.first)])
        case .tagged:
            guard isTagged, node.tag.count > 0 else { return try value(node.first, to: &output) }
            output.append(UInt8(ascii: "{"))
            output.append(plan.bytes(node.tag))
            try value(node.first, to: &output)
            output.append(UInt8(ascii: "}"))
            return
        }
        switch node.kind {
        case .null: output.append("null")
        case .boolean: output.append(try boolean() ? "true" : "false")
        case .int: append(whole: try int(), as: node.shown, to: &output)
        case .long: append(whole: try long(), as: node.shown, to: &output)
        case .float:
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: try fixedWidth(4)))
            if node.shown == .float { append(float, to: &output) } else { append(Double(float), to: &output) }
        case .double: append(Double(bitPattern: try fixedWidth(8)), to: &output)
        case .bytes, .string: try text(node, count: try length(), to: &output)
        case .fixed: try text(node, count: Int(node.first), to: &output)
        case .enum: output.append(plan.bytes(try symbol(node)))
        case .union: try value(try branch(node), to: &output)
        case .record: try record(node, to: &output)
        case .array: try items(node, isMap: false, to: &output)
        case .map: try items(node, isMap: true, to: &output)
        }
    }

    private mutating func enter() throws(AvroDecodingError) {
        depth += 1
        if depth > limits.depth { throw failure(.tooDeep, "values stand deeper than \(limits.depth) in values") }
    }

    private mutating func record(_ node: PlanNode, to output: inout [UInt8]) throws(AvroDecodingError) {
        try enter()
        var isFirst = true
        output.append(UInt8(ascii: "{"))
        for place in Int(node.first)..<Int(node.first) + Int(node.count) {
            let step = plan.steps[place]
            if step.action == .skip {
                try skip(step.node)
                continue
            }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(plan.bytes(step.name))
            do throws(AvroDecodingError) {
                if step.action == .read {
                    try value(step.node, to: &output)
                } else {
                    try fill(step, to: &output)
                }
            } catch {
                throw error.within(plan.bytes(step.name).extracting(1..<Int(step.name.count) - 2).string)
            }
        }
        output.append(UInt8(ascii: "}"))
        depth -= 1
    }

    /// Reads a default in place of what was not written.
    private mutating func fill(_ step: PlanStep, to output: inout [UInt8]) throws(AvroDecodingError) {
        let (outer, place) = (input, position)
        let start = Int(step.defaultStart)
        input = plan.defaults.extracting(start..<start + Int(step.defaultCount))
        position = 0
        try value(step.node, to: &output)
        input = outer
        position = place
    }

    private mutating func items(_ node: PlanNode, isMap: Bool, to output: inout [UInt8]) throws(AvroDecodingError) {
        try enter()
        output.append(isMap ? UInt8(ascii: "{") : UInt8(ascii: "["))
        var index = 0
        while let count = try block() {
            for _ in 0..<count {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                let key = position
                if isMap {
                    try append(text: try length(), to: &output)
                    output.append(UInt8(ascii: ":"))
                }
                do throws(AvroDecodingError) {
                    try value(node.first, to: &output)
                } catch {
                    throw error.within(isMap ? name(at: key) : String(index))
                }
                index += 1
            }
        }
        output.append(isMap ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        depth -= 1
    }

    /// The name of a member of a map, for the pointer of an error.
    private mutating func name(at start: Int) -> String {
        let place = position
        defer { position = place }
        position = start
        do throws(AvroDecodingError) {
            let count = try length()
            return input.extracting(position..<position + count).string
        } catch { return "" }
    }

    /// How many elements come next; nil at the end. A negative count has the size of the block behind it.
    mutating func block(skipping: Bool = false) throws(AvroDecodingError) -> Int? {
        while true {
            let count = try long()
            if count == 0 { return nil }
            let most = Int64(limits.elements - elements)
            guard count.magnitude <= UInt64(max(most, 0)) else {
                throw failure(.tooManyElements, "arrays and maps have more than \(limits.elements) elements")
            }
            elements += Int(count.magnitude)
            if count > 0 { return Int(count) }
            let size = try length()
            if !skipping { return Int(count.magnitude) }
            position += size
        }
    }

    private mutating func skip(_ index: Int32) throws(AvroDecodingError) {
        let node = plan.nodes[Int(index)]
        if node.action == .tagged { return try skip(node.first) }
        switch node.kind {
        case .null: break
        case .boolean: _ = try boolean()
        case .int: _ = try int()
        case .long: _ = try long()
        case .float: _ = try fixedWidth(4)
        case .double: _ = try fixedWidth(8)
        case .bytes, .string: position += try length()
        case .fixed: try need(Int(node.first)); position += Int(node.first)
        case .enum: _ = try symbol(node)
        case .union: try skip(try branch(node))
        case .record:
            try enter()
            for place in Int(node.first)..<Int(node.first) + Int(node.count) { try skip(plan.steps[place].node) }
            depth -= 1
        case .array, .map:
            try enter()
            while let count = try block(skipping: true) {
                for _ in 0..<count {
                    if node.kind == .map { position += try length() }
                    try skip(node.first)
                }
            }
            depth -= 1
        }
    }
}
