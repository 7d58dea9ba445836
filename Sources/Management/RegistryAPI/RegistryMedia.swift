internal import JSON
internal import RegistryStore
internal import WebApplication

/// The media types by which requests and answers go: JSON under three names.
enum RegistryMedia {
    /// The first is for who does not say.
    static let types = [
        "application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry+json", "application/json",
    ]

    /// The handler that checks the body's type, runs `work`, and answers with its value as the client prefers.
    static func handler(_ work: @escaping @Sendable (WebRequest) async throws -> JSONValue) -> WebRoutes.Handler {
        { request in
            try checkBody(request)
            return response(try await work(request), as: accepted(request))
        }
    }

    /// The same for text that is JSON, or is told as it is.
    static func textHandler(_ work: @escaping @Sendable (WebRequest) async throws -> String) -> WebRoutes.Handler {
        { request in
            var response = WebResponse(status: 200)
            response.body = Array(try await work(request).utf8)
            response.fields.append(("Content-Type", accepted(request)))
            return response
        }
    }

    static func response(_ value: JSONValue, as type: String, status: Int = 200) -> WebResponse {
        var response = WebResponse(status: status)
        response.fields.append(("Content-Type", type))
        value.write(to: &response.body)
        return response
    }

    private static func checkBody(_ request: WebRequest) throws(RegistryError) {
        guard !request.body.isEmpty, let given = request.value(of: "content-type") else { return }
        let type = name(given)
        guard types.contains(type) || type == "application/octet-stream" else {
            throw RegistryError(
                415, "HTTP 415 Unsupported Media Type: '\(type)'; send one of \(types.joined(separator: ", "))")
        }
    }

    /// The type that the client likes best; the first of ours for one that likes none, for it can read JSON all the same.
    private static func accepted(_ request: WebRequest) -> String {
        var best = (type: types[0], quality: 0.0)
        for entry in request.values(of: "accept").flatMap({ $0.split(separator: ",") }) {
            let parts = entry.split(separator: ";")
            guard let first = parts.first, let type = types.first(where: { $0 == name(String(first)) }) else {
                continue
            }
            let weight = parts.dropFirst().map { $0.filter { $0 != " " } }.first { $0.hasPrefix("q=") }
            let quality = weight.flatMap { Double($0.dropFirst(2)) } ?? 1
            if quality > best.quality { best = (type, quality) }
        }
        return best.type
    }

    /// A media type without its parameters.
    private static func name(_ field: String) -> String {
        field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
    }
}
