internal import Bytes
internal import JSON

/// Where a node's vaults get their secrets from.
package struct SecretSources: Sendable {
    /// The content of the file at a path, or why there is none.
    package typealias ReadFile = @Sendable (_ path: String) throws -> [UInt8]

    let environment: [String: String]
    let readFile: ReadFile?

    /// - Parameter readFile: Nil on a node that reads no secrets from files.
    package init(environment: [String: String], readFile: ReadFile? = nil) {
        self.environment = environment
        self.readFile = readFile
    }
}

/// What vault references stand for, by the vaults of a configuration.
package struct Secrets: Sendable {
    /// Why a reference stands for nothing. Never tells a secret.
    struct Missing: Error {
        let message: String
    }

    private let sources: SecretSources
    private let vaults: [String: Entity]

    package init(_ sources: SecretSources, vaults: [Entity]) {
        self.sources = sources
        self.vaults = Dictionary(vaults.map { ($0.text("prefix") ?? "", $0) }) { first, _ in first }
    }

    func value(of text: String) throws(Missing) -> String {
        guard let reference = VaultReference(text) else {
            throw Missing(message: VaultReference.problem(with: text) ?? "")
        }
        let whole = try content(reference, text)
        guard let key = reference.key else { return whole }
        let object: JSONValue
        do { object = try JSONValue.parse(text: whole) } catch {
            throw Missing(message: "the vault reference \(text) stands for nothing: the secret is no JSON object")
        }
        guard let value = object[key]?.stringValue else {
            throw Missing(message: "the vault reference \(text) stands for nothing: the secret has no text '\(key)'")
        }
        return value
    }

    private func content(_ reference: VaultReference, _ text: String) throws(Missing) -> String {
        let entity = vaults[reference.vault]
        switch entity?.text("name") ?? reference.vault {
        case VaultKind.environment.name:
            return try variable(reference.name, prefix: entity?.fields["config"]?["prefix"]?.stringValue ?? "", text)
        case VaultKind.file.name:
            guard let directory = entity?.fields["config"]?["directory"]?.stringValue else { fallthrough }
            return try file(reference.name, in: directory, text)
        default:
            throw Missing(message: "vault '\(reference.vault)' does not exist")
        }
    }

    /// Kong puts the prefix before the name, upper-cases both and turns dashes into underscores.
    private func variable(_ name: String, prefix: String, _ text: String) throws(Missing) -> String {
        let given = prefix + name
        let variable = String(given.uppercased().map { $0 == "-" ? "_" : $0 })
        guard let value = sources.environment[variable] ?? sources.environment[given] else {
            throw Missing(
                message: "the vault reference \(text) stands for nothing: is the environment variable set?")
        }
        return value
    }

    /// The file's text, without the line feed that editors put at its end.
    private func file(_ name: String, in directory: String, _ text: String) throws(Missing) -> String {
        // A name is one step below the folder, whatever it looks like.
        guard let readFile = sources.readFile, name != ".", name != "..", !name.utf8.contains(0) else {
            throw Missing(message: "the vault reference \(text) stands for nothing: no such file")
        }
        let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
        var bytes: [UInt8]
        do { bytes = try readFile(path) } catch {
            throw Missing(message: "the vault reference \(text) stands for nothing: \(error)")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard UTF8Validation.isValid(bytes.span) else {
            throw Missing(message: "the vault reference \(text) stands for nothing: the file is no UTF-8")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
