import Testing

@testable import HTTPUpstream

/// Connections are known by the numbers that the state gives: 1, 2, …
@Suite("Pool state")
struct PoolStateTests {
    private func pool(_ change: (inout PoolState.Limits) -> Void = { _ in }) -> PoolState {
        var limits = PoolState.Limits()
        change(&limits)
        return PoolState(limits)
    }

    // MARK: - One request at a time

    @Test("each request of many at once gets a connection of its own")
    func manyAtOnce() {
        var pool = pool()
        #expect(pool.acquire(10) == .connect(1))
        #expect(pool.acquire(11) == .connect(2))
        #expect(pool.opened(2, capacity: 1).serve == [11])
        #expect(pool.opened(1, capacity: 1).serve == [10])
        #expect(pool.open == 2)
        #expect(pool.idle == 0)
    }

    @Test("a released connection is kept, and the one used last is used first")
    func reuse() {
        var pool = pool()
        for number in 1...2 {
            _ = pool.acquire(number)
            _ = pool.opened(number, capacity: 1)
        }
        #expect(pool.release(1) == .rest(.keep))
        #expect(pool.release(2) == .rest(.keep))
        #expect(pool.idle == 2)
        #expect(pool.acquire(3) == .use(2))
        #expect(pool.acquire(4) == .use(1))
        #expect(pool.acquire(5) == .connect(3))
        #expect(pool.idle == 0)
    }

    @Test("at the bound of connections requests wait in their order, and beyond theirs they are refused")
    func bounds() {
        var pool = pool {
            $0.connections = 1
            $0.waiting = 2
        }
        #expect(pool.acquire(1) == .connect(1))
        #expect(pool.opened(1, capacity: 1) == .init(serve: [1]))
        #expect(pool.acquire(2) == .wait)
        #expect(pool.acquire(3) == .wait)
        #expect(pool.waitingCount == 2)
        #expect(pool.acquire(4) == .refuse)
        #expect(pool.release(1) == .serve(request: 2))
        #expect(pool.release(1) == .serve(request: 3))
        #expect(pool.release(1) == .rest(.keep))
    }

    @Test("a request that gave up is passed over")
    func forget() {
        var pool = pool { $0.connections = 1 }
        _ = pool.acquire(1)
        _ = pool.opened(1, capacity: 1)
        for number in 2...4 { #expect(pool.acquire(number) == .wait) }
        pool.forget(3)
        #expect(pool.release(1) == .serve(request: 2))
        #expect(pool.release(1) == .serve(request: 4))
    }

    @Test("a connection whose request gave up meanwhile serves who waits, or rests")
    func forgottenAttempt() {
        var pool = pool { $0.connections = 2 }
        #expect(pool.acquire(1) == .connect(1))
        #expect(pool.acquire(2) == .connect(2))
        #expect(pool.acquire(3) == .wait)
        pool.forget(1)
        pool.forget(2)
        #expect(pool.opened(1, capacity: 1) == .init(serve: [3]))
        #expect(pool.opened(2, capacity: 1) == .init(rest: .keep))
        #expect(pool.acquire(4) == .use(2))
    }

    @Test("a connection closes after so many requests, and when enough rest already")
    func closes() {
        var pool = pool {
            $0.requests = 2
            $0.idle = 1
        }
        for number in 1...2 {
            _ = pool.acquire(number)
            _ = pool.opened(number, capacity: 1)
        }
        #expect(pool.release(1) == .rest(.keep))
        #expect(pool.release(2) == .rest(.close))
        #expect(pool.acquire(3) == .use(1))
        #expect(pool.release(1) == .rest(.close))
        // Until they are gone nobody gets them.
        #expect(pool.acquire(4) == .connect(3))
        #expect(pool.open == 3)
        #expect(pool.closed(1) == [])
        #expect(pool.closed(2) == [])
        #expect(pool.open == 1)
    }

    @Test("the end of a connection makes room for another")
    func closedMakesRoom() {
        var pool = pool { $0.connections = 1 }
        _ = pool.acquire(1)
        _ = pool.opened(1, capacity: 1)
        #expect(pool.acquire(2) == .wait)
        #expect(pool.closed(1) == [2])
        #expect(pool.opened(2, capacity: 1).serve == [2])
        #expect(pool.closed(2) == [])
        #expect(pool.open == 0)
    }

    @Test("an idle connection that ends is not given away, and does not count any more")
    func idleEnds() {
        var pool = pool()
        _ = pool.acquire(1)
        _ = pool.opened(1, capacity: 1)
        _ = pool.release(1)
        #expect(pool.retire(1) == [])
        #expect(pool.idle == 0)
        #expect(pool.acquire(2) == .connect(2))
        #expect(pool.closed(1) == [])
        #expect(pool.closed(1) == [], "told twice")
        #expect(pool.open == 1)
    }

    @Test("a failed attempt names its request, and makes a connection for who waits")
    func failed() {
        var pool = pool { $0.connections = 1 }
        #expect(pool.acquire(1) == .connect(1))
        #expect(pool.acquire(2) == .wait)
        let (requests, next) = pool.failed(1)
        #expect(requests == [1])
        #expect(next == [2])
        #expect(pool.isExpected(2))
        #expect(pool.opened(2, capacity: 1).serve == [2])
    }

    // MARK: - Many at a time

    @Test("requests of a moment share one connection")
    func shared() {
        var pool = pool { $0.streams = 1000 }
        #expect(pool.acquire(1) == .connect(1))
        #expect(pool.acquire(2) == .wait)
        #expect(pool.acquire(3) == .wait)
        #expect(pool.opened(1, capacity: 100) == .init(serve: [1, 2, 3]))
        #expect(pool.acquire(4) == .use(1))
        #expect(pool.open == 1)
        for _ in 1...3 { #expect(pool.release(1) == .goOn) }
        #expect(pool.release(1) == .rest(.keep))
        #expect(pool.idle == 1)
    }

    @Test("a peer that allows fewer than thought gets the first, and the others another connection")
    func fewerThanThought() {
        var pool = pool { $0.streams = 1000 }
        _ = pool.acquire(1)
        for number in 2...5 { #expect(pool.acquire(number) == .wait) }
        #expect(pool.opened(1, capacity: 2) == .init(serve: [1, 2], connect: [2, 3]))
        // What the first allows is expected of the second.
        #expect(pool.acquire(6) == .wait)
        #expect(pool.opened(2, capacity: 2) == .init(serve: [3, 4]))
        #expect(pool.opened(3, capacity: 2) == .init(serve: [5, 6]))
    }

    @Test("no more than the own bound are put on a connection, whatever the peer allows")
    func ownBound() {
        var pool = pool { $0.streams = 2 }
        _ = pool.acquire(1)
        #expect(pool.acquire(2) == .wait)
        #expect(pool.acquire(3) == .connect(2))
        #expect(pool.opened(1, capacity: 4_294_967_295).serve == [1, 2])
        #expect(pool.acquire(4) == .wait)
        #expect(pool.opened(2, capacity: 1_000_000).serve == [3, 4])
    }

    @Test("new settings make room, or take it")
    func resize() {
        var pool = pool {
            $0.streams = 1000
            $0.connections = 1
        }
        _ = pool.acquire(1)
        _ = pool.opened(1, capacity: 1)
        for number in 2...4 { #expect(pool.acquire(number) == .wait) }
        #expect(pool.resize(1, capacity: 3) == [2, 3])
        #expect(pool.resize(1, capacity: 1) == [])
        #expect(pool.release(1) == .goOn)
        #expect(pool.release(1) == .goOn)
        #expect(pool.release(1) == .serve(request: 4))
    }

    @Test("a peer that allows no request for now gets no further connection, and none is lost")
    func blocked() {
        var pool = pool { $0.streams = 1000 }
        _ = pool.acquire(1)
        #expect(pool.opened(1, capacity: 0) == .init(rest: .keep))
        #expect(pool.acquire(2) == .wait)
        #expect(pool.open == 1)
        #expect(pool.resize(1, capacity: 10) == [1, 2])
        #expect(pool.idle == 0)
        // Its end leads to another.
        _ = pool.resize(1, capacity: 0)
        #expect(pool.acquire(3) == .wait)
        #expect(pool.closed(1) == [2])
    }

    @Test("who counted on a connection that has no room goes to one that has")
    func elsewhere() {
        var pool = pool { $0.streams = 2 }
        for number in 1...2 { _ = pool.acquire(number) }
        #expect(pool.acquire(3) == .connect(2))
        #expect(pool.opened(1, capacity: 2).serve == [1, 2])
        #expect(pool.release(1) == .goOn)
        #expect(
            pool.opened(2, capacity: 0)
                == .init(elsewhere: [.init(request: 3, connection: 1)], rest: .keep))
    }

    @Test("who waits for a connection that is retired gets another")
    func retiredWhileBlocked() {
        var pool = pool { $0.streams = 2 }
        #expect(pool.acquire(1) == .connect(1))
        #expect(pool.opened(1, capacity: 0) == .init(rest: .keep))
        #expect(pool.retire(1) == [2])
        #expect(pool.opened(2, capacity: 1).serve == [1])
    }

    @Test("a retired connection goes on with its requests, gets no more, and others are made")
    func retired() {
        var pool = pool { $0.streams = 1000 }
        for number in 1...2 { _ = pool.acquire(number) }
        _ = pool.opened(1, capacity: 100)
        #expect(pool.retire(1) == [])
        #expect(pool.acquire(3) == .connect(2))
        #expect(pool.release(1) == .goOn)
        #expect(pool.release(1) == .rest(.close))
        #expect(pool.closed(1) == [])
        #expect(pool.open == 1)
    }

    @Test("a connection that has carried its number of requests is let go when the last is over")
    func worn() {
        var pool = pool {
            $0.streams = 1000
            $0.requests = 3
        }
        for number in 1...3 { _ = pool.acquire(number) }
        #expect(pool.opened(1, capacity: 100).serve == [1, 2, 3])
        #expect(pool.acquire(4) == .connect(2))
        #expect(pool.release(1) == .goOn)
        #expect(pool.release(1) == .goOn)
        #expect(pool.release(1) == .rest(.close))
    }

    @Test("all that count on a connection that fails are named, and no other")
    func sharedFailure() {
        var pool = pool { $0.streams = 1000 }
        for number in 1...3 { _ = pool.acquire(number) }
        pool.forget(2)
        #expect(pool.failed(1).requests == [1, 3])
        #expect(pool.open == 0)
        #expect(pool.waitingCount == 0)
    }

    // MARK: - Any order of events

    @Test("whatever happens, bounds hold and every request is served once", arguments: 0..<200)
    func anyOrder(seed: UInt64) {
        var random = Random(state: seed &* 0x9e37_79b9_7f4a_7c15 &+ 1)
        var limits = PoolState.Limits()
        limits.connections = 1 + random.below(4)
        limits.idle = random.below(3)
        limits.waiting = random.below(6)
        limits.requests = 1 + random.below(5)
        limits.streams = random.below(2) == 0 ? 1 : 1 + random.below(8)
        var model = Model(PoolState(limits))
        for _ in 0..<300 { model.step(&random) }
        #expect(model.faults == [])
    }
}

/// What a test needs of chance: the same for the same seed.
struct Random {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}

/// Plays a pool's owner, and keeps its own books.
private struct Model {
    var pool: PoolState
    var faults: [String] = []
    private var attempts: Set<Int> = []
    private var open: [Int: (capacity: Int, active: Int, begun: Int, isLeaving: Bool)] = [:]
    private var waiting: Set<Int> = []
    private var last = 0

    init(_ pool: PoolState) { self.pool = pool }

    mutating func step(_ random: inout Random) {
        switch random.below(8) {
        case 0, 1, 2: acquire()
        case 3:
            if let number = attempts.sorted().randomElement(&random) {
                attempts.remove(number)
                if random.below(4) == 0 { fail(number) } else { open(number, capacity: random.below(4)) }
            }
        case 4, 5:
            if let number = open.filter({ $0.value.active > 0 }).keys.sorted().randomElement(&random) {
                release(number)
            }
        case 6:
            if let request = waiting.sorted().randomElement(&random) {
                waiting.remove(request)
                pool.forget(request)
            }
        default:
            guard let number = open.keys.sorted().randomElement(&random) else { break }
            switch random.below(3) {
            case 0: close(number)
            case 1: resize(number, random.below(5))
            default:
                open[number]?.isLeaving = true
                connect(pool.retire(number))
            }
        }
        check()
    }

    private mutating func acquire() {
        last += 1
        switch pool.acquire(last) {
        case .use(let number): begin(number)
        case .connect(let number):
            attempts.insert(number)
            waiting.insert(last)
        case .wait: waiting.insert(last)
        case .refuse: break
        }
    }

    private mutating func begin(_ number: Int) {
        guard var own = open[number] else { return faults.append("\(number) is not open") }
        own.active += 1
        own.begun += 1
        if own.isLeaving { faults.append("\(number) is leaving") }
        if own.active > min(own.capacity, pool.limits.streams) { faults.append("\(number) has too many") }
        if own.begun > pool.limits.requests { faults.append("\(number) has had too many") }
        open[number] = own
    }

    private mutating func serve(_ requests: [Int], _ number: Int) {
        for request in requests {
            if waiting.remove(request) == nil { faults.append("\(request) does not wait") }
            begin(number)
        }
    }

    private mutating func connect(_ numbers: [Int]) {
        for number in numbers where !attempts.insert(number).inserted { faults.append("\(number) is made twice") }
    }

    private mutating func open(_ number: Int, capacity: Int) {
        open[number] = (capacity, 0, 0, false)
        let action = pool.opened(number, capacity: capacity)
        serve(action.serve, number)
        for placement in action.elsewhere { serve([placement.request], placement.connection) }
        connect(action.connect)
        if action.rest == .close { close(number) }
        if (action.rest == nil) != (action.serve.count > 0) { faults.append("rest and serve") }
    }

    private mutating func fail(_ number: Int) {
        let (requests, next) = pool.failed(number)
        for request in requests where waiting.remove(request) == nil { faults.append("\(request) fails twice") }
        connect(next)
    }

    private mutating func release(_ number: Int) {
        open[number]?.active -= 1
        switch pool.release(number) {
        case .serve(let request): serve([request], number)
        case .goOn: if open[number]?.active == 0 { faults.append("\(number) has nobody") }
        case .rest(.keep): if open[number]?.active != 0 { faults.append("\(number) does not rest") }
        case .rest(.close): close(number)
        }
    }

    private mutating func resize(_ number: Int, _ capacity: Int) {
        open[number]?.capacity = capacity
        serve(pool.resize(number, capacity: capacity), number)
    }

    private mutating func close(_ number: Int) {
        open[number] = nil
        connect(pool.closed(number))
    }

    private mutating func check() {
        if pool.open != open.count + attempts.count { faults.append("open: \(pool.open)") }
        if pool.open > pool.limits.connections { faults.append("too many are open") }
        if pool.idle > pool.limits.idle { faults.append("too many are idle") }
        if pool.idle > open.values.count(where: { $0.active == 0 }) { faults.append("idle: \(pool.idle)") }
        // Nobody waits while there is room.
        let hasRoom = open.values.contains {
            !$0.isLeaving && $0.active < min($0.capacity, pool.limits.streams) && $0.begun < pool.limits.requests
        }
        if hasRoom, waiting.contains(where: { !pool.isExpected($0) }) { faults.append("room and a queue") }
    }
}

extension Array {
    fileprivate func randomElement(_ random: inout Random) -> Element? {
        isEmpty ? nil : self[random.below(count)]
    }
}
