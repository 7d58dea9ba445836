internal import CCurl

/// One of libcurl's easy handles: requests, one after another, with the same options. Used by one thread at a time.
final class CurlTransfer {
    let handle: UnsafeMutableRawPointer
    private let options: HTTPTransferOptions
    private let errorText: UnsafeMutablePointer<CChar>
    private var list: UnsafeMutablePointer<curl_slist>?
    private var proxyList: UnsafeMutablePointer<curl_slist>?
    /// What is sent; libcurl reads it where it is.
    private var sent: UnsafeMutableBufferPointer<UInt8>?
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// Not safe to do by two threads at once, and needed once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ options: HTTPTransferOptions) throws(HTTPFetchError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw HTTPFetchError(kind: .other, description: "libcurl could not be started")
        }
        self.handle = handle
        self.options = options
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // From here on all properties are there: what throws has `deinit` run.
        try configure()
        try setFields([])
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(list)
        curl_slist_free_all(proxyList)
        sent?.deallocate()
        errorText.deallocate()
    }

    private static func add(
        _ name: String, _ value: String, to list: inout UnsafeMutablePointer<curl_slist>?
    ) throws(HTTPFetchError) {
        let line = "\(name): \(value)"
        guard !name.isEmpty, line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw HTTPFetchError(kind: .other, description: "the field '\(name)' cannot be sent")
        }
        // A colon with nothing behind it would take the field away.
        guard let grown = curl_slist_append(list, value.isEmpty ? "\(name);" : line) else {
            throw HTTPFetchError(kind: .other, description: "out of memory")
        }
        list = grown
    }

    private func configure() throws(HTTPFetchError) {
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout)
        try set(CURLOPT_TIMEOUT_MS, options.timeout)
        try set(CURLOPT_SSL_VERIFYPEER, options.verifiesCertificates ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, options.verifiesCertificates ? 2 : 0)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_USERAGENT, "sluice")
        try set(CURLOPT_FORBID_REUSE, options.keepsConnection ? 0 : 1)
        if let seconds = options.idleTime { try set(CURLOPT_MAXAGE_CONN, seconds) }
        switch options.version {
        case .any: break
        case .http10: try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_0))
        case .http11: try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        }
        if let authorities = options.authorities { try set(CURLOPT_CAINFO, authorities) }
        if let authorities = options.authoritiesPEM { try set(CURLOPT_CAINFO_BLOB, Array(authorities.utf8)) }
        try check(curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
        // The handle does not outlive this object, which does not move.
        try check(curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque()))
        try check(
            curl_set_receiver(handle) { bytes, size, count, context in
                let length = size * count
                guard let bytes, let context else { return 0 }
                let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
            })
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = body.count + bytes.count > options.maximumBytes
        if isTooLarge { return false }
        body.append(contentsOf: bytes)
        return true
    }

    /// Makes the handle ready to perform a request.
    func prepare(_ call: HTTPCall) throws(HTTPFetchError) {
        try set(CURLOPT_URL, call.url)
        if !["GET", "POST"].contains(call.method) { try set(CURLOPT_CUSTOMREQUEST, call.method) }
        try setFields(call.fields)
        if let body = call.body {
            let sent = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, body.count))
            _ = sent.update(fromContentsOf: body)
            self.sent?.deallocate()
            self.sent = sent
            try check(curl_set_pointer(handle, CURLOPT_POSTFIELDS, sent.baseAddress))
            try set(CURLOPT_POSTFIELDSIZE, body.count)
            if call.method == "POST" { try set(CURLOPT_POST, 1) }
        }
        try setProxy(call.url.lowercased().hasPrefix("https:") ? options.httpsProxy : options.httpProxy)
        errorText[0] = 0
        isTooLarge = false
        body = []
    }

    private func setFields(_ fields: [(name: String, value: String)]) throws(HTTPFetchError) {
        try check(curl_set_pointer(handle, CURLOPT_HTTPHEADER, nil))
        curl_slist_free_all(list)
        list = nil
        for (name, value) in options.fields + fields { try Self.add(name, value, to: &list) }
        // No pause until the server says that it wants the body.
        list = curl_slist_append(list, "Expect:") ?? list
        try check(curl_set_pointer(handle, CURLOPT_HTTPHEADER, list))
    }

    private func setProxy(_ proxy: HTTPTransferOptions.Proxy?) throws(HTTPFetchError) {
        // Without one, the environment's.
        guard let proxy else { return }
        try set(CURLOPT_PROXY, proxy.url)
        if let exceptions = proxy.exceptions { try set(CURLOPT_NOPROXY, exceptions) }
        guard let authorization = proxy.authorization else { return }
        curl_slist_free_all(proxyList)
        proxyList = nil
        try Self.add("Proxy-Authorization", authorization, to: &proxyList)
        try check(curl_set_pointer(handle, CURLOPT_PROXYHEADER, proxyList))
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    }

    /// What came of the request.
    func finish(_ code: CURLcode) throws(HTTPFetchError) -> HTTPFetched {
        defer { body = [] }
        if isTooLarge {
            throw HTTPFetchError(
                kind: .tooLarge, description: "the answer is larger than \(options.maximumBytes) bytes")
        }
        try check(code)
        var status = 0
        try check(curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status))
        return HTTPFetched(status: status, body: body)
    }

    /// Sends a request and waits for its answer.
    func perform(_ call: HTTPCall) throws(HTTPFetchError) -> HTTPFetched {
        try prepare(call)
        return try finish(curl_easy_perform(handle))
    }

    /// `close` is called with `context` for each socket that libcurl gives up, even after this object has gone.
    func setClose(
        _ context: UnsafeMutableRawPointer, _ close: @convention(c) (UnsafeMutableRawPointer?, curl_socket_t) -> Int32
    ) throws(HTTPFetchError) {
        try check(curl_set_pointer(handle, CURLOPT_CLOSESOCKETDATA, context))
        try check(curl_set_close(handle, close))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPFetchError) {
        try check(curl_set_number(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPFetchError) {
        try check(curl_set_text(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: [UInt8]) throws(HTTPFetchError) {
        var value = value
        let code = value.withUnsafeMutableBytes { bytes in
            var blob = curl_blob(data: bytes.baseAddress, len: bytes.count, flags: UInt32(CURL_BLOB_COPY))
            return curl_set_blob(handle, option, &blob)
        }
        try check(code)
    }

    private func check(_ code: CURLcode) throws(HTTPFetchError) {
        if code == CURLE_OK { return }
        let detail = String(cString: errorText)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let kind: HTTPFetchError.Kind =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .address
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_GOT_NOTHING,
                CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SSL_CONNECT_ERROR, CURLE_PARTIAL_FILE:
                .connection
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: .certificate
            default: .other
            }
        throw HTTPFetchError(kind: kind, description: text)
    }
}
