import JSON
import TestBrokers
import Testing

/// One table of calls against the embedded registry and an independent one: what differs is in the table, with a reason.
@Suite("registry, table of calls")
struct RegistryTableTests {
    @Test("the embedded registry answers as the table says")
    func embedded() async throws {
        let server = try await RegistryServer()
        #expect(try await Self.run(on: server.base, isIndependent: false) { $0.expected } == RegistryCalls.all.count)
    }

    @Test(
        "Apicurio answers the same, but for what the table says",
        .enabled(if: ApicurioRegistry.isThere, "\(ApicurioRegistry.needs)"))
    func apicurio() async throws {
        let apicurio = try await ApicurioRegistry()
        let count = try await Self.run(
            on: RegistryAddress(port: apicurio.port, path: apicurio.path), isIndependent: true
        ) { $0.difference?.1 ?? $0.expected }
        #expect(count == RegistryCalls.all.count)
        try await apicurio.stop()
    }

    /// Makes the calls in their order; how many were made.
    private static func run(
        on registry: RegistryAddress, isIndependent: Bool, _ expected: (RegistryCall) -> ExpectedAnswer
    ) async throws -> Int {
        var saved: [String: Int] = [:]
        var count = 0
        for call in RegistryCalls.all {
            var target = call.target
            for (name, value) in saved { target = target.replacing("{\(name)}", with: "\(value)") }
            let answer = try await registry.ask(call.method, target, call.body)
            count += 1
            for (name, member) in call.saved {
                if let value = answer.json?[member]?.integerValue { saved[name] = value }
            }
            if let (difference, _) = call.difference, isIndependent {
                #expect(
                    call.expected.problem(with: answer, saved) != nil,
                    "\(call.title): \(call.method) \(target): no difference any more: \(difference)")
            }
            if let problem = expected(call).problem(with: answer, saved) {
                Issue.record("\(call.title): \(call.method) \(target): \(problem): \(answer.description.prefix(400))")
            }
        }
        return count
    }
}
