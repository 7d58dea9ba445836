internal import AdminAPI
package import JSON
package import Plugins

/// What `proxy-cache` keeps, as the Admin API shows it.
extension ResponseCache: CachedResponses {
    package func document(_ key: String, in dictionary: String) -> JSONValue? {
        guard let entry = find(key, in: dictionary) else { return nil }
        var headers: JSONObject = [:]
        for (name, value) in entry.headers {
            switch headers[name] {
            case .array(let values)?: headers[name] = .array(values + [.string(value)])
            case let first?: headers[name] = [first, .string(value)]
            case nil: headers[name] = .string(value)
            }
        }
        return [
            "status": .integer(entry.status), "headers": .object(headers),
            "body": .string(String(decoding: entry.body, as: UTF8.self)), "body_len": .integer(entry.body.count),
            "timestamp": .integer(entry.timestamp), "ttl": .integer(entry.timeToLive), "version": 1,
        ]
    }
}
