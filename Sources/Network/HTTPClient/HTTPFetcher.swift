internal import CCurl
internal import System

/// Fetches by HTTP and HTTPS, one request after another, on a thread of its own: for commands, never for what a node
/// serves. Connections are kept; redirects are not followed, for they would take the caller's fields elsewhere.
package actor HTTPFetcher {
    package struct Options: Sendable {
        /// Sent with every request, such as a token.
        package var fields: [(name: String, value: String)] = []
        /// Milliseconds to make a connection.
        package var connectTimeout = 10_000
        /// Milliseconds for a request and its whole answer.
        package var timeout = 60_000
        /// The largest body of an answer.
        package var maximumBytes = 64 << 20
        /// A file of PEM certificates that are trusted instead of the system's.
        package var authorities: String?
        /// Whether the server must show a certificate for its name that is trusted.
        package var verifiesCertificates = true

        package init() {}
    }

    private let worker: WorkerThread
    private let transfer: CurlTransfer

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }

    package init(_ options: Options = Options()) throws(HTTPFetchError) {
        transfer = try CurlTransfer(options)
        worker = WorkerThread()
    }

    package func get(_ url: String) throws(HTTPFetchError) -> HTTPFetched { try transfer.get(url) }

    /// Ends the thread. To be called once, when nothing is fetched any more.
    package nonisolated func stop() { worker.stop() }
}

/// An answer, whatever its status.
package struct HTTPFetched: Sendable {
    package let status: Int
    package let body: [UInt8]
}

/// Why there is no answer.
package struct HTTPFetchError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The URL is none, or is no HTTP.
        case address
        /// Nobody answers at the address, or its name is not known.
        case connection
        case timeout
        case certificate
        /// The answer is larger than allowed.
        case tooLarge
        case other
    }

    package let kind: Kind
    /// What went wrong; may name the host, holds neither fields nor bodies.
    package let description: String
}
