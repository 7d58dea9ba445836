internal import Bytes
internal import GatewayModel
internal import JSON
internal import WebApplication

/// Which page of a collection is asked for (reference section 7.7).
struct PageRequest {
    static let defaultSize = 100
    static let maximumSize = 1000

    let size: Int
    /// As given; nil for the first page.
    let offset: String?
    private let givenSize: String?
    private let givenTags: String?

    init(_ request: WebRequest) throws(ModelError) {
        givenSize = request.query["size"]
        givenTags = request.query["tags"]
        offset = request.query["offset"]
        guard let givenSize else {
            size = Self.defaultSize
            return
        }
        guard let number = Double(givenSize) else { throw .invalidSize("size must be a number") }
        guard let whole = Int(exactly: number), (1...Self.maximumSize).contains(whole) else {
            throw .invalidSize("size must be an integer between 1 and \(Self.maximumSize)")
        }
        size = whole
    }

    /// Entities by tags: `a,b` has all, `a/b` any.
    func tagFilter() throws(ModelError) -> Configuration.Filter {
        guard let givenTags else { return .none }
        if givenTags.isEmpty { throw .invalidOption("tags", "cannot be null") }
        let hasAll = givenTags.contains(",")
        if hasAll, givenTags.contains("/") { throw .invalidOption("tags", "invalid filter syntax") }
        let tags = givenTags.split(separator: hasAll ? "," : "/", omittingEmptySubsequences: true).map(String.init)
        if tags.isEmpty { throw .invalidOption("tags", "invalid filter syntax") }
        return hasAll || tags.count == 1 ? .allTags(tags) : .anyTag(tags)
    }

    // MARK: - Offsets

    /// The texts that an offset stands for; nil when none was given.
    func place(_ count: Int) throws(ModelError) -> [String]? {
        guard let offset else { return nil }
        guard let bytes = Base64.decode(Array(offset.utf8).span) else {
            throw .invalidOffset(offset, "bad base64 encoding")
        }
        let value: JSONValue
        do { value = try JSONValue.parse(bytes.span, maximumDepth: 2) } catch {
            throw .invalidOffset(offset, "bad offset")
        }
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
        guard texts.count == count else { throw .invalidOffset(offset, "bad offset") }
        return texts
    }

    private static func offset(_ place: [String]) -> String {
        let text = JSONValue.array(place.map { .string($0) }).text
        return Base64.text(Array(text.utf8).span)
    }

    /// A page's answer.
    ///
    /// - Parameters:
    ///   - next: Where the next page begins; nil after the last.
    ///   - isNested: Of a nested collection, whose `next` tells neither tags nor size.
    ///   - extra: What is told beside the page.
    func answer(
        _ data: [JSONValue], next: [String]?, path: String, isNested: Bool = false, extra: JSONObject = [:]
    ) -> WebResponse {
        var body: JSONObject = ["data": .array(data), "next": .null]
        for (name, value) in extra { body[name] = value }
        if let next {
            let offset = Self.offset(next)
            var link = "\(path)?offset=\(Self.escaped(offset))"
            if !isNested {
                if let givenTags { link += "&tags=\(Self.escaped(givenTags))" }
                if let givenSize { link += "&size=\(Self.escaped(givenSize))" }
            }
            body["offset"] = .string(offset)
            body["next"] = .string(link)
        }
        return .json(.object(body))
    }

    static func escaped(_ text: String) -> String {
        String(decoding: PercentCoding.encode(Array(text.utf8).span), as: UTF8.self)
    }
}
