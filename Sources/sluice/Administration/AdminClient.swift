import GatewayModel
import HTTPClient
import JSON

/// Reads the entities of a running node by its Admin API. Changes nothing.
struct AdminClient {
    /// What a node has, of the kinds that this binary knows.
    struct Entities {
        /// By collection. Complete, as this binary's schemas have it, but for those that are told in `strangers`.
        var all: [String: [Entity]] = [:]
        /// Entities that this binary would refuse, and why.
        var strangers: [(collection: String, entity: Entity, problems: FieldErrors)] = []
    }

    /// Without a slash at its end.
    let url: String
    private let fetcher: HTTPFetcher

    /// Entities of a page.
    private static let pageSize = 1000
    /// Entities of a collection: a node that tells of more is not believed.
    private static let maximumEntities = 10_000_000

    init(url: String, options: HTTPTransferOptions) throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw UsageError("--admin-url: expected http://HOST:PORT or https://HOST:PORT, not '\(url)'")
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        fetcher = try HTTPFetcher(options)
    }

    /// To be called once, when nothing is asked any more.
    func stop() { fetcher.stop() }

    /// All entities, collection by collection; a change in between may be seen in one and not in another.
    func entities(_ schema: GatewaySchema) async throws -> Entities {
        let root = try await get("/")
        guard root?["version"]?.stringValue != nil, root?["plugins"]?.objectValue != nil else {
            throw AdminClientError("\(url) is no Admin API: it does not tell a version and plugins")
        }
        var entities = Entities()
        for definition in schema.definitions {
            let found: [JSONObject]
            switch definition.paths {
            case .own: found = try await collection("/\(definition.pathName)?size=\(Self.pageSize)")
            case .custom: found = try await children(definition, entities)
            }
            for fields in found { add(fields, definition, schema, to: &entities) }
        }
        return entities
    }

    private func add(
        _ fields: JSONObject, _ definition: EntityDefinition, _ schema: GatewaySchema, to entities: inout Entities
    ) {
        // A link's id is told nowhere.
        let id =
            fields["id"]?.stringValue
            ?? definition.references.compactMap { fields[$0.field]?["id"]?.stringValue }.joined(separator: "/")
        let entity: Entity
        switch schema.complete(fields, as: definition) {
        case .success(let complete): entity = Entity(id: id, fields: complete)
        case .failure(let problems):
            entity = Entity(id: id, fields: fields)
            entities.strangers.append((definition.name, entity, problems))
        }
        entities.all[definition.name, default: []].append(entity)
    }

    /// What has no collection of its own, from below what it belongs to.
    private func children(_ definition: EntityDefinition, _ entities: Entities) async throws -> [JSONObject] {
        var found: [JSONObject] = []
        switch definition.name {
        case "targets":
            for upstream in entities.all["upstreams"] ?? [] {
                found += try await collection("/upstreams/\(upstream.id)/targets?size=\(Self.pageSize)")
            }
        case "consumer_group_consumers":
            for group in entities.all["consumer_groups"] ?? [] {
                for consumer in try await collection("/consumer_groups/\(group.id)/consumers?size=\(Self.pageSize)") {
                    guard let id = consumer["id"] else { continue }
                    found.append(["consumer_group": ["id": .string(group.id)], "consumer": ["id": id]])
                }
            }
        default: preconditionFailure("nobody knows where to read \(definition.name)")
        }
        return found
    }

    /// All pages of a collection; empty when the node has no such collection.
    private func collection(_ path: String) async throws -> [JSONObject] {
        var found: [JSONObject] = []
        var path: String? = path
        while let here = path {
            guard let page = try await get(here) else { return found }
            guard let data = page["data"]?.arrayValue else {
                // Kong tells a group's consumers in one.
                if let consumers = page["consumers"]?.arrayValue { return consumers.compactMap(\.objectValue) }
                throw AdminClientError("\(url)\(here) does not answer with a list")
            }
            found += data.compactMap(\.objectValue)
            path = page["next"]?.stringValue
            // A page with a next one that is empty, or the same again, would never end.
            if let next = path,
                data.isEmpty || next == here || !next.hasPrefix("/") || found.count > Self.maximumEntities
            {
                throw AdminClientError("\(url)\(here) names a next page that leads nowhere: \(next)")
            }
        }
        return found
    }

    /// A JSON answer; nil for 404.
    private func get(_ path: String) async throws -> JSONValue? {
        let answer: HTTPFetched
        do { answer = try await fetcher.get(url + path) } catch { throw AdminClientError("\(url): \(error)") }
        if answer.status == 404 { return nil }
        let value: JSONValue?
        do throws(JSONError) { value = try JSONValue.parse(answer.body.span) } catch { value = nil }
        guard answer.status == 200, let value else {
            let message = value?["message"]?.stringValue.map { ": \($0)" } ?? ""
            let what = answer.status == 200 ? "with what is no JSON" : "with status \(answer.status)\(message)"
            throw AdminClientError("\(url)\(path) answers \(what)")
        }
        return value
    }
}

/// Why a node could not be asked.
struct AdminClientError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
