/// A step into a JSON value: a member or an element.
package enum JSONPathElement: Sendable, Hashable {
    case key(String)
    case index(Int)
}
