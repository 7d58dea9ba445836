internal import Bytes
package import HTTPServer

/// A request as a handler sees it, as values that can be compared.
package struct ReadRequest: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: [UInt8]
        package let value: [UInt8]
    }

    package let method: [UInt8]
    package let target: [UInt8]
    package let path: [UInt8]
    package let query: [UInt8]
    package let fields: [Field]
    package let body: [UInt8]
    package let minorVersion: Int
    package let keepsAlive: Bool
    package let expectsContinue: Bool

    package init(_ head: borrowing RequestHead, body: [UInt8]) {
        method = head.methodBytes().array
        target = head.targetBytes().array
        path = head.pathBytes().array
        query = head.queryBytes().array
        var fields: [Field] = []
        for index in 0..<head.fieldCount {
            fields.append(Field(name: head.name(index).array, value: head.value(index).array))
        }
        self.fields = fields
        self.body = body
        minorVersion = head.minorVersion
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
    }

    /// One line that says everything.
    package var text: String {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let fields = fields.map { "[\(text($0.name)): \(text($0.value))]" }.joined()
        return "\(text(method)) \(text(target)) path=\(text(path)) query=\(text(query)) \(fields) body=\(text(body))"
            + " 1.\(minorVersion) \(keepsAlive ? "stays" : "closes")\(expectsContinue ? " expects" : "")"
    }
}
