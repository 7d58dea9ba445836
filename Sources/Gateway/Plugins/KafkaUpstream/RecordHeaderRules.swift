internal import Bytes
internal import HTTPServer
internal import JSON
internal import Kafka
internal import PluginKit

/// Which header fields become record headers, and how (reference section 1.12).
struct RecordHeaderRules: Sendable {
    private enum Repeated: String, Sendable {
        case retainDuplicates = "retain_duplicates"
        case takeFirst = "take_first"
        case concatenate = "concatenate_by_comma"
    }

    private let forwardsAll: Bool
    /// In lower case.
    private let included: Set<[UInt8]>
    private let excluded: Set<[UInt8]>
    private let mappings: [[UInt8]: [UInt8]]
    private let repeated: Repeated

    /// Nil when no field can become a header.
    init?(_ config: JSONObject?) {
        guard let config, config["forward_http_headers_as_record_headers"]?.boolValue ?? true else { return nil }
        func names(_ field: String) -> Set<[UInt8]> {
            Set((config[field]?.arrayValue ?? []).compactMap { $0.stringValue.map { Array($0.lowercased().utf8) } })
        }
        forwardsAll = config["forward_all_by_default"]?.boolValue ?? false
        included = names("include_headers")
        excluded = names("exclude_headers")
        if !forwardsAll, included.isEmpty { return nil }
        var mappings: [[UInt8]: [UInt8]] = [:]
        for (name, value) in config["name_mappings"]?.objectValue ?? [:] {
            mappings[Array(name.lowercased().utf8)] = Array((value.stringValue ?? "").utf8)
        }
        self.mappings = mappings
        repeated = Repeated(rawValue: config["repeated_headers_behavior"]?.stringValue ?? "") ?? .retainDuplicates
    }

    /// Adds the request's fields to `headers`, names in lower case unless a mapping says otherwise.
    ///
    /// - Parameter isTraced: Whether the request's trace is told by others, so that its fields stay out.
    func collect(_ request: borrowing RequestHead, isTraced: Bool = false, into headers: inout RecordHeaders) {
        for index in 0..<request.fieldCount {
            let name = LowerCase.bytes(request.name(index))
            if isTraced, PublishTrace.isOwn(name) { continue }
            guard forwardsAll ? !excluded.contains(name) : included.contains(name) else { continue }
            let key = mappings[name] ?? name
            if repeated == .retainDuplicates {
                headers.append(name: key.span, value: request.value(index))
                continue
            }
            if Self.occurs(name, in: request, before: index) { continue }
            if repeated == .takeFirst {
                headers.append(name: key.span, value: request.value(index))
            } else {
                let joined = Self.joined(name, in: request, from: index)
                headers.append(name: key.span, value: joined.span)
            }
        }
    }

    private static func occurs(_ name: [UInt8], in request: borrowing RequestHead, before index: Int) -> Bool {
        for earlier in 0..<index where request.name(earlier).equalsIgnoringCase(name.span) { return true }
        return false
    }

    private static func joined(_ name: [UInt8], in request: borrowing RequestHead, from start: Int) -> [UInt8] {
        var value = request.value(start).array
        for index in start + 1..<max(start + 1, request.fieldCount)
        where request.name(index).equalsIgnoringCase(name.span) {
            value.append(UInt8(ascii: ","))
            value.append(request.value(index))
        }
        return value
    }
}
