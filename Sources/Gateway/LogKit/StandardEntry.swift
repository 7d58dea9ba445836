internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Observability
internal import PluginKit
internal import System

/// Writes what a request was, as Kong's standard serializer does (reference section 2A). One for each loop and plugin.
final class StandardEntry {
    /// What entities look like, by what stands for them in requests: it stays the same while the entity does.
    private final class Known {
        let owner: AnyObject
        let document: JSONValue
        let text: [UInt8]

        init(_ owner: AnyObject, _ document: JSONValue) {
            self.owner = owner
            self.document = document
            var text: [UInt8] = []
            document.write(to: &text)
            self.text = text
        }
    }

    /// The workspace that Kong has where there is one alone (constants.lua, without a database).
    static let workspaceID = "0dc6f45b-8f8d-40d2-a504-473544ee190b"

    private static let end = Array(",\"workspace\":\"\(workspaceID)\",\"workspace_name\":\"default\"}".utf8)

    private let redaction: Redaction
    private var target: [UInt8] = []
    /// The target as a JSON string, which two members end with.
    private var quotedTarget: [UInt8] = []
    private var quotedPlace: [UInt8] = []
    private var known: [ObjectIdentifier: Known] = [:]
    private var lastRoute: Known?
    private var lastService: Known?
    private static let mostKnown = 10_000

    init(_ redaction: Redaction) { self.redaction = redaction }

    /// Appends the entry, a JSON object.
    ///
    /// - Parameter hasEntities: Without, `addEntities` adds them to the document that is read of the text.
    func write(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ outcome: RequestOutcome, hasEntities: Bool = true,
        to output: inout [UInt8]
    ) {
        let facts = context.upstream
        writeRequest(exchange, context, to: &output)
        writeResponse(exchange, outcome, to: &output)
        writeTimes(exchange, facts, to: &output)
        if let facts { writeUpstream(facts, to: &output) }
        let client = exchange.clientAddress.host
        let startedAt = Int(exchange.startedAt)
        output.append(addingCapacity: 160 + JSONText.room(for: client.utf8.count)) { output in
            output.append(copying: ",\"upstream_status\":\"" as StaticString)
            if let status = facts?.status { output.append(decimal: status) }
            output.append(copying: "\",\"source\":\"" as StaticString)
            output.append(copying: facts?.status == nil ? "kong" : "upstream" as StaticString)
            output.append(copying: "\",\"client_ip\":" as StaticString)
            JSONText.appendString(client, to: &output)
            output.append(copying: ",\"started_at\":" as StaticString)
            output.append(decimal: startedAt)
        }
        if hasEntities { writeEntities(context, to: &output) }
        writeIdentifiers(context, to: &output)
        output += Self.end
    }

    private func writeRequest(_ exchange: borrowing Exchange, _ context: RequestContext, to output: inout [UInt8]) {
        quoteTarget(exchange)
        quotePlace(exchange)
        let (quotedTarget, quotedPlace) = (quotedTarget, quotedPlace)
        let id = context.requestID.digits
        let method = exchange.request.methodBytes()
        let isSecure = exchange.scheme == .https
        let port = exchange.localAddress.port
        let room = 200 + JSONText.room(for: method.count) + 2 * quotedTarget.count + quotedPlace.count
        output.append(addingCapacity: room) { output in
            output.append(copying: "{\"request\":{\"id\":\"" as StaticString)
            output.append(copying: id.span)
            output.append(copying: "\",\"method\":" as StaticString)
            JSONText.appendString(method, to: &output)
            output.append(copying: ",\"uri\":" as StaticString)
            output.append(copying: quotedTarget.span)
            output.append(copying: ",\"url\":" as StaticString)
            output.append(copying: isSecure ? "\"https://" : "\"http://" as StaticString)
            output.append(copying: quotedPlace.span.extracting(1..<quotedPlace.count - 1))
            output.append(UInt8(ascii: ":"))
            output.append(decimal: port)
            output.append(copying: quotedTarget.span.extracting(1..<quotedTarget.count))
            output.append(copying: ",\"querystring\":" as StaticString)
        }
        ArgumentsWriter.writeQuery(exchange.request.queryBytes(), redaction, to: &output)
        output.append(",\"headers\":" as StaticString)
        ArgumentsWriter.writeFields(exchange.request.fields, redaction, to: &output)
        output.append(",\"size\":" as StaticString)
        output.append(decimal: exchange.bytesReceived)
        if let tls = exchange.tls {
            output.append(",\"tls\":{\"version\":" as StaticString)
            JSONText.appendString(tls.version, to: &output)
            output.append(",\"cipher\":" as StaticString)
            JSONText.appendString(tls.cipher, to: &output)
            let verified =
                tls.clientCertificate == nil ? "NONE" : tls.clientProblem.map { "FAILED:\($0)" } ?? "SUCCESS"
            output.append(",\"client_verify\":" as StaticString)
            JSONText.appendString(verified, to: &output)
            output.append(UInt8(ascii: "}"))
        }
    }

    private func quoteTarget(_ exchange: borrowing Exchange) {
        target.removeAll(keepingCapacity: true)
        redaction.append(exchange.request.targetBytes(), to: &target)
        let target = target
        quotedTarget.removeAll(keepingCapacity: true)
        JSONText.appendString(target.span, to: &quotedTarget)
    }

    /// The host of the request's address.
    private func quotePlace(_ exchange: borrowing Exchange) {
        quotedPlace.removeAll(keepingCapacity: true)
        let host = exchange.request.hostBytes()
        if host.isEmpty {
            JSONText.appendString(exchange.localAddress.host, to: &quotedPlace)
        } else {
            JSONText.appendString(host.extracting(0..<RequestHost.end(host)), to: &quotedPlace)
        }
    }

    private func writeResponse(
        _ exchange: borrowing Exchange, _ outcome: RequestOutcome, to output: inout [UInt8]
    ) {
        // What nginx tells of a client that went before it was answered.
        let status = outcome == .clientGone && exchange.bytesSent == 0 ? 499 : exchange.response.status
        output.append(addingCapacity: 64) { output in
            output.append(copying: "},\"response\":{\"status\":" as StaticString)
            output.append(decimal: status)
            output.append(copying: ",\"headers\":" as StaticString)
        }
        ArgumentsWriter.writeFields(exchange.response.fields, redaction, to: &output)
    }

    /// From the size of the answer on.
    private func writeTimes(_ exchange: borrowing Exchange, _ facts: UpstreamFacts?, to output: inout [UInt8]) {
        let size = exchange.bytesSent
        let whole = exchange.elapsedMilliseconds
        let proxy = facts?.status == nil ? nil : facts?.latency
        let receive = facts?.answeredAt.map { max(0, Int(exchange.startedAt) + whole - Int($0)) } ?? 0
        output.append(addingCapacity: 192) { output in
            output.append(copying: ",\"size\":" as StaticString)
            output.append(decimal: size)
            output.append(copying: "},\"latencies\":{\"request\":" as StaticString)
            output.append(decimal: whole)
            output.append(copying: ",\"proxy\":" as StaticString)
            output.append(decimal: proxy ?? -1)
            output.append(copying: ",\"kong\":" as StaticString)
            output.append(decimal: max(0, whole - (proxy ?? 0) - receive))
            output.append(copying: ",\"receive\":" as StaticString)
            output.append(decimal: receive)
            output.append(UInt8(ascii: "}"))
        }
    }

    private func writeUpstream(_ facts: UpstreamFacts, to output: inout [UInt8]) {
        output.append(",\"upstream_uri\":" as StaticString)
        let uri = facts.uri
        target.removeAll(keepingCapacity: true)
        redaction.append(uri.span, to: &target)
        let target = target
        JSONText.appendString(target.span, to: &output)
        if facts.tries.isEmpty { return }
        var start = ",\"tries\":[" as StaticString
        for attempt in facts.tries {
            let host = attempt.host
            output.append(addingCapacity: 320 + JSONText.room(for: host.utf8.count)) { output in
                output.append(copying: start)
                output.append(copying: "{\"ip\":" as StaticString)
                JSONText.appendString(host, to: &output)
                output.append(copying: ",\"port\":" as StaticString)
                output.append(decimal: attempt.port)
                output.append(copying: ",\"balancer_start\":" as StaticString)
                output.append(decimal: Int(attempt.startedAt / 1_000_000))
                output.append(copying: ",\"balancer_start_ns\":" as StaticString)
                output.append(decimal: Int(attempt.startedAt))
                output.append(copying: ",\"balancer_latency\":" as StaticString)
                output.append(decimal: Int(attempt.latency / 1_000_000))
                output.append(copying: ",\"balancer_latency_ns\":" as StaticString)
                output.append(decimal: Int(attempt.latency))
                if let code = attempt.failure {
                    output.append(copying: ",\"state\":\"failed\",\"code\":" as StaticString)
                    output.append(decimal: code)
                }
                output.append(UInt8(ascii: "}"))
            }
            start = ","
        }
        output.append(UInt8(ascii: "]"))
    }

    /// What few requests have.
    private func writeIdentifiers(_ context: RequestContext, to output: inout [UInt8]) {
        if let credential = context.credential {
            output.append(",\"authenticated_entity\":{\"id\":" as StaticString)
            JSONText.appendString(credential.id, to: &output)
            if let consumer = credential.consumerID {
                output.append(",\"consumer_id\":" as StaticString)
                JSONText.appendString(consumer, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
        if let id = context.correlationID {
            output.append(",\"correlation_id\":" as StaticString)
            JSONText.appendString(id.span, to: &output)
        }
        if let trace = context.trace {
            output.append(",\"trace_id\":{\"w3c\":\"" as StaticString)
            trace.id.append(to: &output)
            output.append("\"}" as StaticString)
        }
    }

    // MARK: - Entities

    private func writeEntities(_ context: RequestContext, to output: inout [UInt8]) {
        if let route = context.route {
            output.append(",\"route\":" as StaticString)
            let text = known(route, "routes", route.id, context, last: &lastRoute).text
            output.append(text.span)
            if let service = route.service {
                output.append(",\"service\":" as StaticString)
                let text = known(service, "services", service.id, context, last: &lastService).text
                output.append(text.span)
            }
        }
        if let consumer = consumer(context) {
            output.append(",\"consumer\":" as StaticString)
            consumer.write(to: &output)
        }
    }

    /// Adds route, service and consumer to an entry without them. They are there as values: nothing is read.
    func addEntities(_ context: RequestContext, to entry: inout JSONValue) {
        guard case .object(var members) = entry else { return }
        entry = .null
        if let route = context.route {
            members["route"] = known(route, "routes", route.id, context, last: &lastRoute).document
            if let service = route.service {
                members["service"] = known(service, "services", service.id, context, last: &lastService).document
            }
        }
        if let consumer = consumer(context) { members["consumer"] = consumer }
        entry = .object(members)
    }

    private func consumer(_ context: RequestContext) -> JSONValue? {
        guard let consumer = context.consumer else { return nil }
        return context.entities?.entity("consumers", id: consumer.id).map { Self.document($0.fields) }
    }

    /// As it is stored, with the workspace that it is in.
    private static func document(_ fields: JSONObject) -> JSONValue {
        var fields = fields
        fields["ws_id"] = .string(workspaceID)
        return .object(fields)
    }

    /// - Parameter last: The one before of its kind, which most requests have too.
    private func known(
        _ owner: AnyObject, _ collection: String, _ id: String, _ context: RequestContext, last: inout Known?
    ) -> Known {
        if let last, last.owner === owner { return last }
        let key = ObjectIdentifier(owner)
        let found =
            known[key]
            ?? Known(owner, Self.document(context.entities?.entity(collection, id: id)?.fields ?? ["id": .string(id)]))
        if known.count >= Self.mostKnown { known = [:] }
        known[key] = found
        last = found
        return found
    }
}
