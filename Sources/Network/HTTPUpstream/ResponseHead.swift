package import HTTPServer

/// The head of an upstream's answer.
package struct ResponseHead: ~Copyable {
    package internal(set) var status = 0
    /// Every field but those that belong to the connection and to how the body is framed.
    package internal(set) var fields = FieldList()
    package internal(set) var contentLength: Int?
    package internal(set) var isChunked = false
    /// Whether the connection may carry another request.
    package internal(set) var keepsAlive = true
    /// What the connection changes to, with status 101.
    package internal(set) var upgrade: [UInt8] = []

    package init() {}

    mutating func reset() {
        status = 0
        fields.removeAll()
        contentLength = nil
        isChunked = false
        keepsAlive = true
        if !upgrade.isEmpty { upgrade = [] }
    }
}
