internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Changes requests before they go on, as Kong's `request-transformer`.
enum RequestTransformer {
    /// Bytes of a body that is read to be changed.
    static let bodyLimit = 8 << 20

    static let definition = PluginDefinition(schema: schema, phases: .access) { config, _ in
        try PreparedRequestTransformer(config)
    }
}

/// The rules, with their templates read.
final class PreparedRequestTransformer: PreparedPlugin {
    let method: [UInt8]?
    let path: RequestTemplate?
    let headers: RequestTransformation
    let query: RequestTransformation
    let body: RequestTransformation
    /// Whether a form's fields move to the query.
    let movesForm: Bool
    /// Whether no value reads anything of the request.
    let isConstant: Bool

    init(_ config: JSONObject) throws {
        method = config["http_method"]?.stringValue.map { Array($0.utf8) }
        movesForm = ["GET", "HEAD", "TRACE"].contains(config["http_method"]?.stringValue)
        headers = try RequestTransformation(config, "headers")
        query = try RequestTransformation(config, "querystring")
        body = try RequestTransformation(config, "body")
        do {
            let uri = config["replace"]?["uri"]?.stringValue ?? ""
            path = uri.isEmpty ? nil : try RequestTemplate(uri)
        } catch { throw PluginBuildError("replace.uri", "\(error)") }
        isConstant = (path?.isConstant ?? true) && [headers, query, body].allSatisfy(\.isConstant)
    }

    func plugin(on loop: EventLoop) -> any Plugin { RequestTransformerPlugin(self) }
}

/// The phases of `request-transformer`.
final class RequestTransformerPlugin: Plugin {
    private let prepared: PreparedRequestTransformer

    init(_ prepared: PreparedRequestTransformer) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        let kind = Self.bodyKind(exchange.request)
        let wantsBody: Bool
        switch kind {
        case .form: wantsBody = !prepared.body.isEmpty || prepared.movesForm
        case .json, .multipart: wantsBody = !prepared.body.isEmpty
        case nil: wantsBody = false
        }
        if wantsBody, !context.hasWholeBody { return .readBody(maximum: RequestTransformer.bodyLimit) }
        // What the templates say is of the request as it came.
        let source =
            prepared.isConstant
            ? RequestTemplate.Source.nothing
            : RequestTemplate.Source(
                fields: exchange.request.fields, query: exchange.request.queryBytes().array,
                captures: context.pathCaptures)
        if let path = prepared.path { context.upstreamPath = path.render(source) }
        do {
            if let method = prepared.method {
                exchange.request.setMethod(method.span)
                if prepared.movesForm, case .form = kind { try moveForm(&exchange) }
            }
            changeHeaders(&exchange, context, source)
            if let kind, wantsBody, !prepared.body.isEmpty {
                let rules = RenderedTransformation(prepared.body, source)
                if let body = try kind.changed(exchange.body, rules) { exchange.body = body }
            }
            try changeQuery(&exchange, source)
        } catch {
            // What was to be removed may be in it.
            ErrorResponse.write(400, "The request cannot be transformed: \(error)", to: &exchange, context)
            return .answer
        }
        return .next
    }

    private static func bodyKind(_ request: borrowing RequestHead) -> RequestBody? {
        guard let index = request.index(of: "content-type") else { return nil }
        return RequestBody(contentType: request.value(index))
    }

    /// The fields of the form become arguments too.
    private func moveForm(_ exchange: inout Exchange) throws(FormError) {
        let form = try ArgumentList(exchange.body.span)
        if form.pairs.isEmpty { return }
        var arguments = try ArgumentList(exchange.request.queryBytes())
        arguments.append(form)
        let query = arguments.encoded
        exchange.request.setQuery(query.span)
    }

    private func changeQuery(_ exchange: inout Exchange, _ source: RequestTemplate.Source) throws(FormError) {
        if prepared.query.isEmpty { return }
        var arguments = try ArgumentList(exchange.request.queryBytes())
        guard arguments.apply(RenderedTransformation(prepared.query, source)) else { return }
        let query = arguments.encoded
        exchange.request.setQuery(query.span)
    }

    // MARK: - Header fields

    private func changeHeaders(
        _ exchange: inout Exchange, _ context: RequestContext, _ source: RequestTemplate.Source
    ) {
        if prepared.headers.isEmpty { return }
        let rules = RenderedTransformation(prepared.headers, source)
        for name in rules.remove where !Self.isHost(name) { exchange.request.removeField(name.span) }
        for (old, new) in rules.rename where !Self.isHost(old) {
            let values = exchange.request.fields.values(of: old.span)
            guard let new, let first = values.first else { continue }
            exchange.request.removeField(old.span)
            if Self.isHost(new) {
                context.upstreamHost = first
                continue
            }
            exchange.request.removeField(new.span)
            for value in values { exchange.request.addField(new.span, value.span) }
        }
        for (name, value) in rules.replace {
            guard let value else { continue }
            if Self.isHost(name) {
                context.upstreamHost = value
            } else if exchange.request.index(of: name.span) != nil {
                exchange.request.setField(name.span, value.span)
            }
        }
        for (name, value) in rules.add where !Self.isHost(name) && exchange.request.index(of: name.span) == nil {
            if let value { exchange.request.addField(name.span, value.span) }
        }
        for (name, value) in rules.append where !Self.isHost(name) {
            if let value { exchange.request.addField(name.span, value.span) }
        }
    }

    /// The service's host is set, not sent along.
    private static func isHost(_ name: [UInt8]) -> Bool { name.span.equalsIgnoringCase("host") }
}
