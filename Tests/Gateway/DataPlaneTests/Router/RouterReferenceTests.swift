import TestRandom
import Testing

@testable import DataPlane

@Suite("Router against trying all routes in turn")
struct RouterReferenceTests {
    @Test("the same route for the same request, whatever the table", arguments: UInt64(1)...8)
    func agreement(seed: UInt64) throws {
        var random = RandomRoutes(generator: SeededGenerator(seed: seed))
        var (found, missed) = (0, 0)
        for _ in 0..<40 {
            let routes = random.table()
            let table = try RouteTable(routes: routes)
            let reference = ReferenceRouter(table.entities)
            for _ in 0..<60 {
                let request = random.request()
                let head = try RouteTable.head(request.lines)
                let wanted = try reference.match(request, localPort: 8000).map { table.names[$0] }
                let route = table.route(of: head, localPort: 8000)
                #expect(route == wanted, "\(request.lines) in \(routes)")
                if wanted == nil { missed += 1 } else { found += 1 }
            }
        }
        // The tables are worth nothing if one side is rare.
        #expect(found > 400 && missed > 100)
    }
}
