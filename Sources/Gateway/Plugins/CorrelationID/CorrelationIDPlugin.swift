internal import Bytes
internal import Cryptography
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit
internal import Synchronization
internal import System

/// Gives each request an id in a header field, as Kong's `correlation-id`.
enum CorrelationID {
    enum Generator: String, Sendable, CaseIterable {
        /// A UUID each.
        case uuid
        /// One UUID a node and a count.
        case counter = "uuid#counter"
        /// Address, port, process, loop, count and time.
        case tracker
    }

    static let schema = PluginSchema(
        name: "correlation-id", priority: 100_001, version: "0.1.0",
        summary: "Gives each request an id in a header field, for later plugins, records and upstreams to see.",
        config: RecordSchema(fields: [
            NamedField(
                "header_name",
                .string.default("Kong-Request-ID").length(atLeast: 1).check {
                    HeaderName.isValid($0.stringValue ?? "") ? nil : "bad header name '\($0.stringValue ?? "")'"
                }.describe("The field; a request that has it keeps its own.")),
            NamedField(
                "generator",
                .string.required().default("uuid#counter")
                    .oneOf(Generator.allCases.map { .string($0.rawValue) }).describe("How ids are made.")),
            NamedField(
                "echo_downstream", .boolean.required().default(false).describe("Whether the answer carries it too.")),
        ]))

    static let definition = PluginDefinition(schema: schema, phases: [.access, .headerFilter]) { config, _ in
        PreparedCorrelationID(config)
    }
}

/// The field's name, and what all loops count by.
final class PreparedCorrelationID: PreparedPlugin {
    let headerName: [UInt8]
    let generator: CorrelationID.Generator
    let echoes: Bool
    private let node = UUID.v4()
    private let count = Atomic(0)

    init(_ config: JSONObject) {
        headerName = Array((config["header_name"]?.stringValue ?? "Kong-Request-ID").utf8)
        generator = CorrelationID.Generator(rawValue: config["generator"]?.stringValue ?? "") ?? .counter
        echoes = config["echo_downstream"]?.boolValue ?? false
    }

    func plugin(on loop: EventLoop) -> any Plugin { CorrelationIDPlugin(self) }

    func makeID(_ exchange: borrowing Exchange) -> [UInt8] {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        switch generator {
        case .uuid: return Array(UUID.v4().utf8)
        case .counter:
            var id = Array(node.utf8)
            id.append(UInt8(ascii: "#"))
            id.append(decimal: number)
            return id
        case .tracker:
            let address = exchange.localAddress
            let place = "\(address.host)-\(address.port)-\(CurrentProcess.identifier)-\(exchange.loop.index)"
            return Array("\(place)-\(number)-\(exchange.startedAt)".utf8)
        }
    }
}

/// The phases of `correlation-id`.
final class CorrelationIDPlugin: Plugin {
    private let prepared: PreparedCorrelationID

    init(_ prepared: PreparedCorrelationID) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        let name = prepared.headerName
        if let index = exchange.request.index(of: name.span), exchange.request.value(index).count > 0 {
            context.correlationID = exchange.request.value(index).array
            return .next
        }
        let id = prepared.makeID(exchange)
        exchange.request.setField(name.span, id.span)
        context.correlationID = id
        return .next
    }

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        let name = prepared.headerName
        guard prepared.echoes, let index = exchange.request.index(of: name.span) else { return }
        let id = exchange.request.value(index).array
        exchange.response.setField(name.span, id.span)
    }
}
