internal import CCurl

/// One of libcurl's easy handles. Used by one thread at a time.
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private let options: HTTPFetcher.Options
    private let errorText: UnsafeMutablePointer<CChar>
    private var list: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// Not safe to do by two threads at once, and needed once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ options: HTTPFetcher.Options) throws(HTTPFetchError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw HTTPFetchError(kind: .other, description: "libcurl could not be started")
        }
        self.handle = handle
        self.options = options
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // From here on all properties are there: what throws has `deinit` run.
        for (name, value) in options.fields { try add(name, value) }
        try configure()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(list)
        errorText.deallocate()
    }

    private func add(_ name: String, _ value: String) throws(HTTPFetchError) {
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
        if let authorities = options.authorities { try set(CURLOPT_CAINFO, authorities) }
        try check(curl_set_pointer(handle, CURLOPT_HTTPHEADER, list))
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

    func get(_ url: String) throws(HTTPFetchError) -> HTTPFetched {
        try set(CURLOPT_URL, url)
        errorText[0] = 0
        isTooLarge = false
        defer { body = [] }
        let code = curl_easy_perform(handle)
        if isTooLarge {
            throw HTTPFetchError(
                kind: .tooLarge, description: "the answer is larger than \(options.maximumBytes) bytes")
        }
        try check(code)
        var status = 0
        try check(curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status))
        return HTTPFetched(status: status, body: body)
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPFetchError) {
        try check(curl_set_number(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPFetchError) {
        try check(curl_set_text(handle, option, value))
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
