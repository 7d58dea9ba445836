internal import EventLoop

/// A connection to an upstream, whatever the version of HTTP, as its server knows it.
protocol UpstreamConnection: AnyObject {
    /// The pool's name for it.
    var number: Int { get }
    func start()
    /// Carries a request from now on.
    func begin(_ ticket: UpstreamTicket)
    /// Has none, and is kept until then.
    func rest(until deadline: UInt64)
    /// Ends; it has no request.
    func cut()
    /// Ends when it has no request.
    func drain()
    /// Looks whether anything takes too long.
    func sweep(_ now: UInt64)
}
