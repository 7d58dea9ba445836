/// A step on the way to a value.
package enum PathElement: Sendable, Hashable, ExpressibleByStringLiteral {
    case name(String)
    /// From 0.
    case index(Int)

    package init(stringLiteral value: String) { self = .name(value) }

    /// As Kong writes it in messages: places count from 1.
    package var text: String {
        switch self {
        case .name(let name): name
        case .index(let index): String(index + 1)
        }
    }
}
