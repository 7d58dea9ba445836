internal import CCurl
internal import System

/// Fetches by HTTP and HTTPS, one request after another, on a thread of its own: for commands, never for what a node
/// serves. Connections are kept; redirects are not followed, for they would take the caller's fields elsewhere.
package actor HTTPFetcher {
    private let worker: WorkerThread
    private let transfer: CurlTransfer

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }

    package init(_ options: HTTPTransferOptions = HTTPTransferOptions()) throws(HTTPFetchError) {
        transfer = try CurlTransfer(options)
        worker = WorkerThread()
    }

    package func get(_ url: String) throws(HTTPFetchError) -> HTTPFetched {
        try transfer.perform(HTTPCall("GET", url))
    }

    /// Ends the thread. To be called once, when nothing is fetched any more.
    package nonisolated func stop() { worker.stop() }
}
