/// The connections to one upstream server, as a pure state machine: who has room, who waits, what to do next.
///
///     acquire ─▶ use a connection with room, make one, wait, or refuse
///     opened  ─▶ serve those that waited for it, rest, or close
///     release ─▶ serve who waits, go on with others, rest, or close
///     failed, closed ─▶ make another for those that wait
///
/// A connection carries one request at a time, or by HTTP/2 as many as its peer allows. It is known by a number that the
/// state gives, requests by numbers of their owner.
struct PoolState {
    struct Limits: Sendable, Hashable {
        /// Connections that may be open at a time.
        var connections = 10_000
        /// Connections that are kept without a request.
        var idle = 512
        /// Requests that may wait for a place.
        var waiting = 10_000
        /// Requests that a connection may carry, one after another or together.
        var requests = 10_000
        /// Requests that a connection may carry at a time, whatever its peer allows.
        var streams = 1
    }

    enum AcquireAction: Equatable {
        case use(Int)
        /// Make this connection: `opened` or `failed` says what becomes of the request.
        case connect(Int)
        /// Until there is a place: `opened`, `release`, `resize`, `failed` or `closed` leads to it.
        case wait
        case refuse
    }

    struct Placement: Equatable {
        let request: Int
        let connection: Int
    }

    struct OpenAction: Equatable {
        /// Requests that the connection carries from now on.
        var serve: [Int] = []
        /// Requests that counted on it, and that others have room for.
        var elsewhere: [Placement] = []
        /// Keep it without a request, or close it; nil when it has one.
        var rest: RestAction?
        /// Make these connections too: more requests wait than this one can carry.
        var connect: [Int] = []
    }

    enum RestAction: Equatable {
        case keep, close
    }

    enum ReleaseAction: Equatable {
        /// Give the place to this request.
        case serve(request: Int)
        /// Others use the connection.
        case goOn
        case rest(RestAction)
    }

    private struct Member {
        var capacity: Int
        var active = 0
        /// Requests that it has carried, those under way included.
        var begun = 0
        /// It carries no further request.
        var isRetired = false
        /// Whether it is listed in `free`.
        var isFree = false
        /// Whether it is counted as kept without a request.
        var isIdle = false
    }

    let limits: Limits
    private var members: [Int: Member] = [:]
    /// Connections with room. The one used last is taken first: the others may rest and close.
    private var free: [Int] = []
    /// Connections that are being made, with the requests that count on them.
    private var attempts: [Int: [Int]] = [:]
    private var attemptOf: [Int: Int] = [:]
    /// The attempt that further requests may count on.
    private var roomyAttempt: Int?
    private var queue = RequestQueue()
    private var lastNumber = 0
    /// What a connection is thought to carry before its peer has said it.
    private var expectedCapacity: Int
    /// Connections whose peer allows no request for now.
    private var blocked = 0
    /// Connections that are open or being made.
    private(set) var open = 0
    /// Open connections without a request.
    private(set) var idle = 0

    init(_ limits: Limits = Limits()) {
        self.limits = limits
        // Fewer than this no peer should allow (RFC 9113 §6.5.2).
        expectedCapacity = min(limits.streams, 100)
    }

    /// Requests without a connection, but for the one that each attempt is made for.
    var waitingCount: Int { max(0, queue.count + attemptOf.count - attempts.count) }

    /// Whether the request counts on a connection that is being made.
    func isExpected(_ request: Int) -> Bool { attemptOf[request] != nil }

    // MARK: - Requests

    /// - Parameter request: The request's own number, unique among those that wait.
    mutating func acquire(_ request: Int) -> AcquireAction {
        if let connection = free.last {
            begin(connection)
            return .use(connection)
        }
        if let attempt = roomyAttempt {
            guard waitingCount < limits.waiting else { return .refuse }
            assign(request, to: attempt)
            return .wait
        }
        if queue.isEmpty, open < limits.connections, blocked == 0 { return .connect(attempt(for: [request])) }
        guard waitingCount < limits.waiting else { return .refuse }
        queue.append(request)
        return .wait
    }

    /// A request does not wait any more.
    mutating func forget(_ request: Int) {
        if let attempt = attemptOf.removeValue(forKey: request) {
            attempts[attempt]?.removeAll { $0 == request }
        } else {
            queue.remove(request)
        }
    }

    /// A request is over that its connection outlives.
    mutating func release(_ connection: Int) -> ReleaseAction {
        guard var member = members[connection] else { return .goOn }
        member.active -= 1
        members[connection] = member
        list(connection)
        if hasRoom(member), let request = queue.popFirst() {
            begin(connection)
            return .serve(request: request)
        }
        return member.active > 0 ? .goOn : .rest(settle(connection))
    }

    // MARK: - Connections

    /// A connection is there.
    ///
    /// - Parameter capacity: Requests that its peer allows at a time.
    mutating func opened(_ connection: Int, capacity: Int) -> OpenAction {
        let requests = endAttempt(connection)
        members[connection] = Member(capacity: 0)
        blocked += 1
        setCapacity(connection, capacity)
        expectedCapacity = max(1, min(limits.streams, 100, capacity))
        queue.prepend(requests)
        var action = OpenAction()
        action.serve = serve(connection)
        while let other = free.last, let request = queue.popFirst() {
            begin(other)
            action.elsewhere.append(Placement(request: request, connection: other))
        }
        if action.serve.isEmpty { action.rest = settle(connection) }
        action.connect = connectForWaiting()
        return action
    }

    /// A connection was not made. The requests that counted on it, and the connections to make for others.
    mutating func failed(_ connection: Int) -> (requests: [Int], connect: [Int]) {
        let requests = endAttempt(connection)
        open -= 1
        return (requests, connectForWaiting())
    }

    /// The peer allows more or fewer requests. Those that have a place now.
    mutating func resize(_ connection: Int, capacity: Int) -> [Int] {
        guard members[connection] != nil else { return [] }
        setCapacity(connection, capacity)
        return serve(connection)
    }

    /// The connection is to carry no further request. Those to make for requests that waited for it.
    mutating func retire(_ connection: Int) -> [Int] {
        leave(connection)
        return connectForWaiting()
    }

    private mutating func leave(_ connection: Int) {
        guard var member = members[connection] else { return }
        if member.capacity <= 0, !member.isRetired { blocked -= 1 }
        if member.isIdle { idle -= 1 }
        member.isIdle = false
        member.isRetired = true
        members[connection] = member
        list(connection)
    }

    /// A connection is gone. Those to make for requests that wait.
    mutating func closed(_ connection: Int) -> [Int] {
        guard members[connection] != nil else { return [] }
        leave(connection)
        members[connection] = nil
        open -= 1
        return connectForWaiting()
    }

    // MARK: - Workings

    private func hasRoom(_ member: Member) -> Bool {
        !member.isRetired && member.active < member.capacity && member.begun < limits.requests
    }

    private mutating func begin(_ connection: Int) {
        guard var member = members[connection] else { return }
        if member.isIdle { idle -= 1 }
        member.isIdle = false
        member.active += 1
        member.begun += 1
        members[connection] = member
        list(connection)
    }

    /// Those that wait and have room on this connection.
    private mutating func serve(_ connection: Int) -> [Int] {
        var requests: [Int] = []
        while let member = members[connection], hasRoom(member), let request = queue.popFirst() {
            begin(connection)
            requests.append(request)
        }
        return requests
    }

    /// Nobody uses the connection: it is kept or not.
    private mutating func settle(_ connection: Int) -> RestAction {
        guard var member = members[connection], !member.isRetired, member.begun < limits.requests, idle < limits.idle
        else {
            leave(connection)
            return .close
        }
        if !member.isIdle { idle += 1 }
        member.isIdle = true
        members[connection] = member
        return .keep
    }

    private mutating func setCapacity(_ connection: Int, _ capacity: Int) {
        guard var member = members[connection] else { return }
        let isBlocked = { (member: Member) in member.capacity <= 0 && !member.isRetired }
        if isBlocked(member) { blocked -= 1 }
        member.capacity = min(limits.streams, capacity)
        if isBlocked(member) { blocked += 1 }
        members[connection] = member
        list(connection)
    }

    /// Has the connection in `free` when it has room, and not otherwise.
    private mutating func list(_ connection: Int) {
        guard var member = members[connection] else { return }
        let hasRoom = hasRoom(member)
        guard hasRoom != member.isFree else { return }
        member.isFree = hasRoom
        members[connection] = member
        if hasRoom {
            free.append(connection)
        } else if let place = free.lastIndex(of: connection) {
            free.remove(at: place)
        }
    }

    // MARK: - Attempts

    /// A connection to be made for these.
    private mutating func attempt(for requests: [Int]) -> Int {
        lastNumber += 1
        open += 1
        attempts[lastNumber] = []
        for request in requests { assign(request, to: lastNumber) }
        if requests.count < expectedCapacity { roomyAttempt = lastNumber }
        return lastNumber
    }

    private mutating func assign(_ request: Int, to attempt: Int) {
        attempts[attempt, default: []].append(request)
        attemptOf[request] = attempt
        if attempts[attempt, default: []].count >= expectedCapacity, roomyAttempt == attempt { roomyAttempt = nil }
    }

    /// The requests that counted on it.
    private mutating func endAttempt(_ attempt: Int) -> [Int] {
        if roomyAttempt == attempt { roomyAttempt = nil }
        let requests = attempts.removeValue(forKey: attempt) ?? []
        for request in requests { attemptOf[request] = nil }
        return requests
    }

    /// The connections to make for those that wait for a place, as far as they may be made.
    private mutating func connectForWaiting() -> [Int] {
        var connections: [Int] = []
        while !queue.isEmpty, open < limits.connections, blocked == 0 {
            var requests: [Int] = []
            while requests.count < expectedCapacity, let request = queue.popFirst() { requests.append(request) }
            connections.append(attempt(for: requests))
        }
        return connections
    }
}
