internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import WebApplication

/// `/subjects` and each of them.
struct SubjectEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/subjects",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let names = await registry.subjects(prefix: request.subjectPrefix, request.deletionFilter)
                    return .array(names.page(page).map { .string($0) })
                }
            ])
        routes.add(
            "/subjects/{subject}",
            [
                .post: RegistryMedia.handler { request in
                    let schema = try await registry.lookUp(
                        request.subject, try RegistryBody.submission(request), normalizes: request.normalizes,
                        request.deletionFilter)
                    let text = try await registry.text(of: schema.content, format: request.format)
                    return schema.document(isFull: request.takesUnknownMembers, text: text)
                },
                .delete: RegistryMedia.handler { request in
                    let versions = try await registry.deleteSubject(
                        request.subject, permanently: request.query.isSet("permanent"))
                    return .array(versions.map { .integer($0) })
                },
            ])
        routes.add(
            "/subjects/{subject}/metadata",
            [
                .get: RegistryMedia.handler { request in
                    let names = request.query.arguments.filter { $0.name == "key" }.map(\.value)
                    let values = request.query.arguments.filter { $0.name == "value" }.map(\.value)
                    guard names.count == values.count else {
                        throw RegistryError(
                            422, "Each key needs its value: \(names.count) keys, \(values.count) values")
                    }
                    let properties = Dictionary(zip(names, values)) { $1 }
                    let schema = try await registry.latest(request.subject, having: properties, request.deletionFilter)
                    let text = try await registry.text(of: schema.content, format: request.format)
                    return schema.document(isFull: request.takesUnknownMembers, text: text)
                }
            ])
    }
}
