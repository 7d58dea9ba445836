internal import Foundation
package import PluginKit
package import TestClient
package import TestGateway

/// A gateway with plugins of the bundle in front of a service that a script plays.
package struct ProxiedHarness {
    package let upstream: ScriptedUpstream
    package let gateway: TestGateway

    /// - Parameters:
    ///   - plugins: Entities of plugins, as JSON.
    ///   - path: Of the route that leads to the service; it is stripped from what the service gets.
    package init(
        _ plugins: String..., path: String = "/", definitions: [PluginDefinition] = GatewayHarness.plain,
        _ script: @escaping @Sendable (ScriptedUpstream.Connection, Int) throws -> Void
    ) throws {
        upstream = try ScriptedUpstream(script)
        gateway = try TestGateway(
            #"""
            {"services":[{"name":"s","host":"127.0.0.1","port":\#(upstream.port)}],
             "routes":[{"name":"r","paths":[\#(Self.quoted(path))],"service":{"name":"s"}}],
             "plugins":[\#(plugins.joined(separator: ","))]}
            """#, plugins: definitions)
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacingOccurrences(of: "\\", with: "\\\\"))\""
    }

    /// The line that the last request began with.
    package var requestLine: String? { upstream.requests.last?.components(separatedBy: "\r\n").first }

    /// What a field of the last request was, in the order of its lines.
    package func sent(_ name: String) -> [String] {
        let head = (upstream.requests.last ?? "").components(separatedBy: "\r\n\r\n")[0]
        return head.components(separatedBy: "\r\n").dropFirst()
            .filter { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// The last request's body.
    package var sentBody: String? {
        guard let request = upstream.requests.last, let end = request.range(of: "\r\n\r\n") else { return nil }
        return String(request[end.upperBound...])
    }
}
