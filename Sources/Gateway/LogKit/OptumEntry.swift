internal import Bytes
internal import Cryptography
internal import EventLoop
internal import GatewayModel
package import HTTPServer
internal import JSON
package import PluginKit
internal import System

/// Writes what a request was as Optum's plugin does, odd names included (reference section 2B). What is not known has no
/// key. For one loop.
package struct OptumEntry {
    /// What is the same in all entries.
    private let constant: [UInt8]

    package init(application: (id: String, name: String)) {
        var text: [UInt8] = []
        text.append("\"msg\":\"STARGATE_PROXY_TX\",\"application\":{\"askId\":" as StaticString)
        JSONText.appendString(application.id, to: &text)
        text.append(",\"name\":" as StaticString)
        JSONText.appendString(application.name, to: &text)
        text.append("},\"device\":{\"vendor\":\"Optum\",\"product\":\"kong-kafka-log\",\"hostname\":" as StaticString)
        JSONText.appendString(CurrentProcess.hostName, to: &text)
        constant = text
    }

    /// Appends the entry, a JSON object.
    package func write(
        _ exchange: borrowing Exchange, _ context: RequestContext, _ outcome: RequestOutcome, to output: inout [UInt8]
    ) {
        // What nginx tells of a client that went before it was answered.
        let status = outcome == .clientGone && exchange.bytesSent == 0 ? 499 : exchange.response.status
        let isRefused = (status == 401 || status == 403) && context.upstream?.status == nil
        output.append("{\"eventClass\":\"\(status)\",\"receivedTime\":")
        output.append(decimal: Int(exchange.startedAt))
        output.append(",\"logClass\":\"SECURITY_")
        output.append(isRefused ? "FAILURE\"," : "SUCCESS\",")
        if let reason = context.shared["errmsg"]?.stringValue {
            Self.member("reason", reason, to: &output, isLast: false)
        }
        if let name = context.service?.name { Self.member("name", name, to: &output, isLast: false) }
        output.append(constant.span)
        Self.address(exchange.localAddress, "ip4", to: &output)
        output.append("},\"sourceHost\":{\"port\":\(Self.port(exchange))")
        Self.address(exchange.clientAddress, "ip4", to: &output)
        output.append("},\"sourceUser\":{" as StaticString)
        writeUser(exchange, context, to: &output)
        output.append("},\"destHost\":{" as StaticString)
        writeDestination(context, to: &output)
        output.append("},\"request\":{" as StaticString)
        writeRequest(exchange, to: &output)
        output.append("}}" as StaticString)
    }

    /// The port that clients see, where Optum's gateways stand.
    private static func port(_ exchange: borrowing Exchange) -> Int {
        let port = exchange.localAddress.port
        return port == 8443 || port == 8000 ? 443 : 8443
    }

    private func writeUser(_ exchange: borrowing Exchange, _ context: RequestContext, to output: inout [UInt8]) {
        let name = context.consumer?.username
        if let name { Self.member("name", name, to: &output, isLast: true) }
        guard let index = exchange.request.index(of: "authorization"),
            let token = BearerToken.find(in: exchange.request.value(index))
        else { return }
        if name != nil { output.append(UInt8(ascii: ",")) }
        output.append("\"tokenHash\":\"" as StaticString)
        Hex.append(SHA256.digest(exchange.request.value(index).extracting(token)).span, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private func writeDestination(_ context: RequestContext, to output: inout [UInt8]) {
        guard let service = context.service else { return }
        let host = context.entities?.entity("services", id: service.id)?.text("host") ?? ""
        Self.member("hostname", host, to: &output, isLast: true)
        guard let facts = context.upstream else { return }
        output.append(",\"path\":" as StaticString)
        let uri = facts.uri
        let end = uri.span.firstIndex(of: UInt8(ascii: "?")) ?? uri.count
        JSONText.appendString(uri.span.extracting(0..<end), to: &output)
        guard let attempt = facts.tries.first, !attempt.host.isEmpty else { return }
        output.append(",\"port\":\(attempt.port)")
        do throws(EventLoopError) {
            Self.address(try SocketAddress(host: attempt.host, port: attempt.port), "ipv4", to: &output)
        } catch { return }
    }

    private func writeRequest(_ exchange: borrowing Exchange, to output: inout [UInt8]) {
        let host = exchange.request.hostBytes()
        let name = host.isEmpty ? exchange.localAddress.host : RequestHost.name(host).lowercased()
        var url = Array("https://\(name):\(Self.port(exchange))".utf8)
        url.append(exchange.request.pathBytes())
        output.append("\"request\":" as StaticString)
        JSONText.appendString(url.span, to: &output)
        output.append(",\"method\":" as StaticString)
        JSONText.appendString(exchange.request.methodBytes(), to: &output)
        if let index = exchange.request.index(of: "optum-cid-ext") {
            output.append(",\"Optum_CID_Ext\":" as StaticString)
            JSONText.appendString(exchange.request.value(index), to: &output)
        }
        output.append(",\"in\":" as StaticString)
        output.append(decimal: exchange.bytesReceived)
        output.append(",\"out\":" as StaticString)
        output.append(decimal: exchange.bytesSent)
    }

    private static func member(_ name: String, _ value: String, to output: inout [UInt8], isLast: Bool) {
        output.append("\"\(name)\":")
        JSONText.appendString(value, to: &output)
        if !isLast { output.append(UInt8(ascii: ",")) }
    }

    /// An IPv4 address as one number; of an IPv6 one the text, by a name of its own.
    private static func address(_ address: SocketAddress, _ name: String, to output: inout [UInt8]) {
        if address.bits.high == 0, address.bits.low >> 32 == 0xffff {
            output.append(",\"\(name)\":\(address.bits.low & 0xffff_ffff)")
        } else {
            output.append(",\"ipv6\":" as StaticString)
            JSONText.appendString(address.host, to: &output)
        }
    }
}

/// The token of RFC 6750 in a field's value.
enum BearerToken {
    /// Its place; nil: there is none.
    static func find(in value: Span<UInt8>) -> Range<Int>? {
        var start = 0
        func isBlank(_ place: Int) -> Bool { value[place] == 0x20 || value[place] == 9 }
        while start < value.count, isBlank(start) { start += 1 }
        let scheme = start..<min(start + 6, value.count)
        guard value.extracting(scheme).equalsIgnoringCase("bearer") else { return nil }
        var token = scheme.upperBound
        while token < value.count, isBlank(token) { token += 1 }
        var end = value.count
        while end > token, isBlank(end - 1) { end -= 1 }
        return token > scheme.upperBound && token < end ? token..<end : nil
    }
}
