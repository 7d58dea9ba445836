import Foundation
import GatewayModel
import Testing

@testable import AdminAPI

/// The Admin API's conformance suite. `SLUICE_UPDATE_GOLDENS=1` writes the answers anew; read the difference against
/// Kong's rules before it is kept.
@Suite("Admin API, scenarios")
struct ScenarioTests {
    @Test("the scenarios are there, and so are more than five hundred exchanges")
    func present() throws {
        let count = try Scenario.names.reduce(0) { try $0 + Scenario($1).exchanges.count }
        #expect(count > 500)
    }

    @Test("each request is answered as its scenario says", arguments: Scenario.names)
    func scenario(name: String) async throws {
        var scenario = try Scenario(name)
        let server = try await AdminServer(
            scenario.storage, plugins: scenario.hasBadges ? [.badges] : [],
            upstreams: scenario.isWatched ? WatchedUpstreams() : UnusedUpstreams())
        var run = ScenarioRun(scenario, on: server)
        let isUpdating = ProcessInfo.processInfo.environment["SLUICE_UPDATE_GOLDENS"] == "1"
        for index in scenario.exchanges.indices {
            let exchange = scenario.exchanges[index]
            let answer = try await run.answer(to: exchange.request)
            if isUpdating {
                scenario.exchanges[index].answer = answer
            } else {
                #expect(answer == exchange.answer, "\(exchange.title)\n\(exchange.request)")
            }
        }
        if isUpdating { try scenario.write(to: name) }
    }
}
