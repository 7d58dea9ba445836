import Testing

@testable import ReportingPlugins

@Suite("Series of requests are bounded")
struct RequestSeriesTests {
    @Test("beyond the bound there are no new ones, and known ones go on")
    func bound() throws {
        let loop = LoopSeries(maximum: 10)
        let route = loop.route(service: "s", route: "r")
        func key(_ number: Int) -> RouteSeries.StatusKey {
            RouteSeries.StatusKey(code: 200, isOfService: true, consumer: "c\(number)")
        }
        let first = try #require(route.status(key(0)))
        #expect(route.observedLatencies() != nil)
        #expect(route.bandwidth(consumer: "") != nil)
        for number in 1..<5 { #expect(route.status(key(number)) != nil) }
        #expect(route.status(key(5)) == nil)
        #expect(route.bandwidth(consumer: "other") == nil)
        #expect(route.status(key(0)) === first)
        #expect(route.bandwidth(consumer: "") != nil)
        #expect(route.statuses.count == 5)

        // Routes beyond it are not kept either, nor have they room for series.
        for number in 0..<100 {
            let late = loop.route(service: "s", route: "late \(number)")
            #expect(late.observedLatencies() == nil)
            #expect(late.status(key(0)) == nil)
        }
        #expect(loop.routes.count == 1)
        #expect(loop.route(service: "s", route: "r") === route)
        loop.leaveOut()
        #expect(loop.observationsLeftOut == 1)
    }
}
