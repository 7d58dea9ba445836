/// What a peer may ask of a session.
package struct HTTP2Configuration: Sendable, Hashable {
    /// Streams that the peer may have open at a time.
    package var streams = 100
    /// Bytes of a stream's body that the peer may send before they are taken.
    package var streamWindow = 1 << 17
    /// The same for all streams of the connection together.
    package var connectionWindow = 1 << 20
    /// Bytes of a head, names and values and 32 for each (RFC 9113 §6.5.2); only told to the peer: the owner counts.
    package var headerListBytes = 1 << 16
    /// Streams that a peer may reset at once, or make us reset by its faults, and how many more each second: beyond them
    /// the connection ends.
    package var resetBurst: UInt64 = 200
    package var resetsPerSecond: UInt64 = 20
    /// Frames that carry nothing, such as pings and empty pieces of bodies, that a peer may send at once, and how many
    /// more each second; each frame that does carry something, whoever sent it, allows four more and one for each KiB.
    package var emptyFrameBurst = 1000
    package var emptyFramesPerSecond = 100

    package init() {}
}
