package import HTTPServer

/// A request as it goes to an upstream.
package struct UpstreamRequest {
    package var method: [UInt8] = []
    /// Path and query.
    package var target: [UInt8] = []
    /// What `Host` or `:authority` says.
    package var authority: [UInt8] = []
    /// All but `Host`, lengths and codings, and what belongs to a connection.
    package var fields = FieldList()
    /// How the body comes.
    package var body = Body.none
    /// Names the protocol that the connection shall change to.
    package var upgrade: [UInt8] = []
    package var isHead = false

    package enum Body: Sendable, Equatable {
        case none
        /// Bytes of it all.
        case length(Int)
        /// Nobody knows how many.
        case open
    }

    package init() {}

    package mutating func reset() {
        method.removeAll(keepingCapacity: true)
        target.removeAll(keepingCapacity: true)
        authority.removeAll(keepingCapacity: true)
        fields.removeAll()
        body = .none
        upgrade.removeAll(keepingCapacity: true)
        isHead = false
    }
}

/// Who has sent a request and gets the answer. All calls come on the loop; after `upstreamEnded` or `upstreamFailed` there
/// is none.
package protocol UpstreamExchangeOwner: AnyObject {
    /// A connection is there: the request can be sent.
    func upstreamReady(_ exchange: any UpstreamExchange)
    /// The head of the answer.
    func upstreamAnswered(_ head: borrowing ResponseHead)
    /// What came together with a head that `isFollowed` has been given.
    func upstreamPaused()
    /// A piece of its body. False: hold the upstream back until `UpstreamExchange.resume`.
    func upstreamSent(_ bytes: Span<UInt8>) -> Bool
    /// The answer is complete.
    func upstreamEnded(_ trailers: borrowing FieldList)
    /// The upstream took what was sent.
    func upstreamDrained()
    /// There is no answer, or no more of it.
    func upstreamFailed(_ error: UpstreamError)
}

extension UpstreamExchangeOwner {
    package func upstreamPaused() {}
}

/// One request on a connection to an upstream. Belongs to its loop.
package protocol UpstreamExchange: AnyObject {
    /// Sends the head and, if it is there already, the whole body or its first piece.
    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>)
    /// Sends a piece of the body. False: hold the client back until `upstreamDrained`.
    func send(_ bytes: Span<UInt8>) -> Bool
    /// The body is complete.
    func endBody()
    /// The owner takes more of the answer.
    func resume()
    /// The answer is not wanted any more: no further call to the owner.
    func cancel()
    /// Where the request went.
    var isReused: Bool { get }
}

/// How long an upstream may take, in milliseconds.
package struct UpstreamTimeouts: Sendable, Hashable {
    package var connect: UInt64
    /// Between two pieces of the request that it takes.
    package var write: UInt64
    /// Between two pieces of the answer.
    package var read: UInt64

    package init(connect: UInt64 = 60_000, write: UInt64 = 60_000, read: UInt64 = 60_000) {
        self.connect = connect
        self.write = write
        self.read = read
    }
}
