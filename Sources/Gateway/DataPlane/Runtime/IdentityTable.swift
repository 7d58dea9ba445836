internal import GatewayModel
internal import JSON
internal import TLS

/// Which certificate is shown for which server name: that of the SNI with the same name, then of one with a wildcard at
/// its start, then at its end, then of `*`, as in Kong.
struct IdentityTable: Sendable {
    private var exact: [String: [TLSIdentity]] = [:]
    /// By what follows `*`: `.example.com`.
    private var suffixes: [String: [TLSIdentity]] = [:]
    /// By what comes before `*`: `www.example.`.
    private var prefixes: [String: [TLSIdentity]] = [:]
    private var any: [TLSIdentity]?

    /// What each certificate entity was read to, for the next table.
    private(set) var known: [String: (entity: Entity, identities: [TLSIdentity])] = [:]

    static let empty = IdentityTable()

    private init() {}

    /// - Parameter previous: Certificates that have not changed are taken over; nil: none may be.
    init(_ configuration: Configuration, _ secrets: Secrets, previous: IdentityTable?) throws(ModelError) {
        for sni in configuration.all("snis") {
            guard let name = sni.text("name")?.lowercased(), let id = sni.reference("certificate"),
                let entity = configuration.entity("certificates", id: id)
            else { continue }
            let material = SnapshotCompiler.material(entity)
            let identities: [TLSIdentity]
            if let kept = known[id] ?? previous?.known[id], kept.entity == material {
                identities = kept.identities
            } else {
                identities = try Self.read(entity, configuration, secrets)
            }
            known[id] = (material, identities)
            if name == "*" {
                any = identities
            } else if name.hasPrefix("*") {
                suffixes[String(name.dropFirst())] = identities
            } else if name.hasSuffix("*") {
                prefixes[String(name.dropLast())] = identities
            } else {
                exact[name] = identities
            }
        }
    }

    private static func read(
        _ entity: Entity, _ configuration: Configuration, _ secrets: Secrets
    ) throws(ModelError) -> [TLSIdentity] {
        guard let definition = configuration.schema.definition("certificates") else { return [] }
        let fields: JSONObject
        do throws(FieldErrors) {
            fields = try definition.schema.resolvingReferences(in: entity.fields, by: secrets)
        } catch { throw .schemaViolation(error) }
        var identities: [TLSIdentity] = []
        for (certificate, key) in [("cert", "key"), ("cert_alt", "key_alt")] {
            guard let certificateText = fields[certificate]?.stringValue, let keyText = fields[key]?.stringValue else {
                continue
            }
            do throws(TLSError) {
                identities.append(try TLSIdentity(certificate: certificateText, key: keyText))
            } catch { throw .schemaViolation(FieldErrors([.name(certificate)], error.message)) }
        }
        return identities
    }

    /// Nil: the node's own.
    func identities(for serverName: String?) -> [TLSIdentity]? {
        guard let serverName, !(exact.isEmpty && suffixes.isEmpty && prefixes.isEmpty) else { return any }
        var name = serverName.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if let found = exact[name] { return found }
        if let dot = name.firstIndex(of: "."), let found = suffixes[String(name[dot...])] { return found }
        if let dot = name.lastIndex(of: "."), let found = prefixes[String(name[...dot])] { return found }
        return any
    }
}
