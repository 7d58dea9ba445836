internal import CLibuv
internal import Glibc

extension EventLoop {
    private final class Lookup {
        let continuation: CheckedContinuation<Result<[SocketAddress], EventLoopError>, Never>
        let name: String
        let port: Int
        init(
            _ continuation: CheckedContinuation<Result<[SocketAddress], EventLoopError>, Never>, _ name: String,
            _ port: Int
        ) {
            self.continuation = continuation
            self.name = name
            self.port = port
        }
    }

    /// The addresses of a name, by the system's resolver on libuv's threads. To be awaited on this loop.
    package func resolve(_ name: String, port: Int) async throws(EventLoopError) -> [SocketAddress] {
        let result = await withCheckedContinuation { continuation in
            let lookup = Lookup(continuation, name, port)
            let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
            request.pointee.data = Unmanaged.passRetained(lookup).toOpaque()
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            let code = uv_getaddrinfo(
                handle, request,
                { request, status, found in
                    let lookup = Unmanaged<Lookup>.fromOpaque(request!.pointee.data).takeRetainedValue()
                    request!.deallocate()
                    lookup.continuation.resume(returning: EventLoop.addresses(lookup, status, found))
                    uv_freeaddrinfo(found)
                }, name, nil, &hints)
            if code < 0 {
                Unmanaged<Lookup>.fromOpaque(request.pointee.data).release()
                request.deallocate()
                continuation.resume(returning: .failure(EventLoopError("find the address of '\(name)'", code: code)))
            }
        }
        return try result.get()
    }

    private static func addresses(
        _ lookup: Lookup, _ status: Int32, _ found: UnsafeMutablePointer<addrinfo>?
    ) -> Result<[SocketAddress], EventLoopError> {
        guard status == 0 else {
            return .failure(EventLoopError("find the address of '\(lookup.name)'", code: status))
        }
        var addresses: [SocketAddress] = []
        var entry = found
        while let current = entry {
            var storage = sockaddr_storage()
            withUnsafeMutablePointer(to: &storage) {
                UnsafeMutableRawPointer($0).copyMemory(
                    from: current.pointee.ai_addr, byteCount: Int(current.pointee.ai_addrlen))
            }
            if let address = SocketAddress(storage),
                let withPort = try? SocketAddress(host: address.host, port: lookup.port), !addresses.contains(withPort)
            {
                addresses.append(withPort)
            }
            entry = current.pointee.ai_next
        }
        return .success(addresses)
    }
}
