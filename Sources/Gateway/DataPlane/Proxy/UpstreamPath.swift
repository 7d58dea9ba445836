internal import Bytes

/// The path that a service gets for a request's (reference section 7.13, `path_handling`).
enum UpstreamPath {
    enum Handling: String, Sendable {
        /// Service path and the rest joined with exactly one slash.
        case v0
        /// Joined as they are.
        case v1
    }

    private static let slash = UInt8(ascii: "/")

    /// - Parameters:
    ///   - path: Of the request, normalized; it begins with a slash.
    ///   - matched: Bytes of it that the route's path has matched.
    ///   - base: The service's path; `/` when it has none.
    static func make(
        _ path: Span<UInt8>, matched: Int, strips: Bool, handling: Handling, base: [UInt8]
    ) -> [UInt8] {
        let rest = strips ? Self.rest(path, after: matched) : path.extracting(min(1, path.count)...)
        return handling == .v0
            ? joined(path, rest, strips: strips, base) : concatenated(rest, strips: strips, base)
    }

    /// What follows the matched part, without a dot segment that only now begins it: it would lead upwards.
    @_lifetime(copy path)
    private static func rest(_ path: Span<UInt8>, after matched: Int) -> Span<UInt8> {
        let rest = path.extracting(min(matched, path.count)...)
        if rest.equals(".") || rest.equals("..") { return rest.extracting(rest.count...) }
        if rest.count >= 2, rest.extracting(0..<2).equals("./") { return rest.extracting(2...) }
        if rest.count >= 3, rest.extracting(0..<3).equals("../") { return rest.extracting(3...) }
        return rest
    }

    private static func joined(
        _ path: Span<UInt8>, _ rest: Span<UInt8>, strips: Bool, _ base: [UInt8]
    ) -> [UInt8] {
        var output = base
        let endsInSlash = base.last == slash
        if !strips {
            if endsInSlash { output.append(rest) } else if path.count > 1 { output.append(path) }
            return output
        }
        if rest.isEmpty {
            let keepsSlash = path.count > 1 && path[path.count - 1] == slash
            if endsInSlash, base.count > 1, !keepsSlash { output.removeLast() }
            if !endsInSlash, keepsSlash { output.append(slash) }
            return output
        }
        if endsInSlash, rest[0] == slash { output.removeLast() }
        if !endsInSlash, rest[0] != slash { output.append(slash) }
        output.append(rest)
        return output
    }

    private static func concatenated(_ rest: Span<UInt8>, strips: Bool, _ base: [UInt8]) -> [UInt8] {
        var output = base
        if strips, base.last == slash, rest.count > 0, rest[0] == slash { output.removeLast() }
        output.append(rest)
        return output
    }
}
