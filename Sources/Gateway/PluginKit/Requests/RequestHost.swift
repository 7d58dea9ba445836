internal import Bytes

/// What `Host` names.
package enum RequestHost {
    /// Without the port; an address in brackets keeps these.
    package static func name(_ host: Span<UInt8>) -> String { host.extracting(0..<end(host)).string }

    /// Where the name ends. What stands behind it is the port, but not within the brackets of an address.
    package static func end(_ host: Span<UInt8>) -> Int {
        var end = host.count
        for index in host.indices.reversed() {
            if host[index] == UInt8(ascii: "]") { break }
            if host[index] == UInt8(ascii: ":") { end = index }
        }
        return end
    }
}
