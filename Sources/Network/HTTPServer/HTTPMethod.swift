internal import Bytes

/// A request method; those that RFC 9110 and RFC 5789 define, and any other token.
package enum HTTPMethod: UInt8, Sendable, CaseIterable {
    case get, head, post, put, patch, delete, options, trace, connect, other

    /// Methods are compared with case (RFC 9110 §9.1).
    package init(_ bytes: Span<UInt8>) {
        self = .other
        for method in HTTPMethod.allCases where method != .other && bytes.equals(method.name) {
            self = method
            return
        }
    }

    /// The method's token; empty for `other`.
    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other: ""
        }
    }
}

extension Span where Element == UInt8 {
    fileprivate func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && text.withUTF8Buffer { unsafe equals($0.span) }
    }
}
