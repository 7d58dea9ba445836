internal import Bytes
package import JSON

/// What an Admin API body holds: JSON as it is, forms by Kong's key syntax and typed by the schema they are for.
package enum FormDecoder {
    /// More arguments are refused.
    package static let maximumArguments = 1000

    /// Why a body cannot be read, with the HTTP status to answer.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let status: Int
        package let message: String

        init(_ status: Int, _ message: String) {
            self.status = status
            self.message = message
        }

        package var description: String { message }
    }

    /// The object in a body of that media type; form values are typed by `schema`.
    ///
    /// - Parameter schema: Gets the plugin's name, if the body tells one, and answers with the fields to type by:
    ///   `GatewaySchema.inputSchema`.
    package static func decode(
        _ body: [UInt8], contentType: String?, schema: (_ pluginName: String?) -> RecordSchema
    ) throws(Problem) -> JSONObject {
        let mediaType = contentType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" } ?? ""
        if mediaType.isEmpty {
            if body.isEmpty { return [:] }
            throw Problem(415, "Unsupported Media Type")
        }
        switch mediaType {
        case "application/json":
            if body.isEmpty { return [:] }
            guard let value = parse(body), let object = value.objectValue else {
                throw Problem(400, "Cannot parse JSON body")
            }
            return object
        case "application/x-www-form-urlencoded":
            return try object(pairs: try urlencoded(body), schema)
        case "multipart/form-data":
            return try object(pairs: try multipart(body, contentType ?? ""), schema)
        default: throw Problem(415, "Unsupported Media Type")
        }
    }

    private static func parse(_ body: [UInt8]) -> JSONValue? {
        do { return try JSONValue.parse(body.span) } catch { return nil }
    }

    private static func urlencoded(_ body: [UInt8]) throws(Problem) -> [(String, String)] {
        let fields: [FormURLEncoded.Pair]
        do throws(FormError) {
            fields = try FormURLEncoded.pairs(body.span, maximum: maximumArguments)
        } catch { throw problem(error, "form") }
        var pairs: [(String, String)] = []
        for field in fields { pairs.append((try text(field.name), try text(field.value ?? []))) }
        return pairs
    }

    private static func multipart(_ body: [UInt8], _ contentType: String) throws(Problem) -> [(String, String)] {
        guard let boundary = Multipart.boundary(ofContentType: Array(contentType.utf8).span) else {
            throw Problem(400, "Cannot parse multipart body: the boundary is missing")
        }
        var limits = Multipart.Limits()
        limits.parts = maximumArguments
        let parts: [Multipart.Part]
        do throws(FormError) {
            parts = try Multipart.parts(body.span, boundary: boundary.span, limits: limits)
        } catch { throw problem(error, "multipart") }
        var pairs: [(String, String)] = []
        for part in parts { pairs.append((try text(part.name), try text(Array(body[part.content])))) }
        return pairs
    }

    private static func problem(_ error: FormError, _ kind: String) -> Problem {
        if case .tooManyFields = error { return Problem(400, "Too many arguments") }
        return Problem(400, "Cannot parse \(kind) body: \(error)")
    }

    /// Entities hold text: other bytes would be stored changed.
    private static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard UTF8Validation.isValid(bytes.span) else { throw Problem(400, "Cannot parse the form: it is no UTF-8") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The object that names and values of a form make.
    static func object(
        pairs: [(String, String)], _ schema: (_ pluginName: String?) -> RecordSchema
    ) throws(Problem) -> JSONObject {
        var root = FormNode()
        for (name, value) in pairs {
            guard let key = FormKey(name) else {
                throw Problem(400, "Cannot parse the form field's name '\(name.prefix(100))'")
            }
            root.insert(value, at: key.steps[...])
        }
        return try root.object(schema(root.text(of: "name")))
    }
}
