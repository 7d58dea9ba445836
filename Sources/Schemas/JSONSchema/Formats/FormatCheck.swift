/// A format that can be held against a string.
enum FormatCheck: String, Sendable, CaseIterable {
    case dateTime = "date-time"
    case date, time, duration, email, hostname, ipv4, ipv6, uri, uuid, regex
    case uriReference = "uri-reference"
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"

    /// The first draft that has it.
    var first: JSONSchemaDraft {
        switch self {
        case .dateTime, .email, .hostname, .ipv4, .ipv6, .uri: .draft4
        case .uriReference, .jsonPointer: .draft6
        case .date, .time, .regex, .relativeJSONPointer: .draft7
        case .duration, .uuid: .draft2019
        }
    }

    var words: String {
        switch self {
        case .dateTime: "a date with time (RFC 3339)"
        case .date: "a date (RFC 3339)"
        case .time: "a time with its offset (RFC 3339)"
        case .duration: "a duration (ISO 8601)"
        case .email: "an email address"
        case .hostname: "a host name"
        case .ipv4: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .uri: "a URI"
        case .uuid: "a UUID"
        case .regex: "a pattern of ECMA-262"
        case .uriReference: "a URI or a relative reference"
        case .jsonPointer: "a JSON Pointer"
        case .relativeJSONPointer: "a relative JSON Pointer"
        }
    }

    func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)[...]
        return switch self {
        case .dateTime: DateFormats.isDateTime(bytes)
        case .date: DateFormats.isDate(bytes)
        case .time: DateFormats.isTime(bytes)
        case .duration: DateFormats.isDuration(bytes)
        case .email: NetworkFormats.isEmail(bytes)
        case .hostname: NetworkFormats.isHostname(bytes)
        case .ipv4: NetworkFormats.isIPv4(bytes)
        case .ipv6: NetworkFormats.isIPv6(bytes)
        case .uri: URIFormat.isURI(bytes, mayBeRelative: false)
        case .uriReference: URIFormat.isURI(bytes, mayBeRelative: true)
        case .uuid: TextFormats.isUUID(bytes)
        case .regex: TextFormats.isRegex(text)
        case .jsonPointer: TextFormats.isJSONPointer(bytes)
        case .relativeJSONPointer: TextFormats.isRelativeJSONPointer(bytes)
        }
    }
}
