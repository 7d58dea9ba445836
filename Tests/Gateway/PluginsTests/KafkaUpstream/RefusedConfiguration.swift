import Testing

/// A `config` and all that is wrong with it.
struct RefusedConfiguration: Sendable, CustomTestStringConvertible {
    let config: String
    let problems: [String]

    var testDescription: String { config }

    init(_ config: String, _ problems: String...) { self.init(config, problems) }

    init(_ config: String, _ problems: [String]) {
        self.config = config
        self.problems = problems
    }

    private static let topicRule = "a topic has 1 to 249 letters, digits, '.', '_' and '-', and is neither '.' nor '..'"

    static let all = topics + forwards + sources + security + producer + limits + registry

    private static let topics = [
        RefusedConfiguration("{}", "config.topic: required field missing"),
        RefusedConfiguration(#"{"topic":""}"#, "config.topic: length must be at least 1"),
        RefusedConfiguration(#"{"topic":"a b"}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(#"{"topic":"."}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(#"{"topic":".."}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(#"{"topic":"über"}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(#"{"topic":"a/b"}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(
            #"{"topic":"\#(String(repeating: "x", count: 250))"}"#, "config.topic: \(topicRule)"),
        RefusedConfiguration(
            #"{"topic":"t","allowed_topics":["a","b!"]}"#, "config.allowed_topics.2: \(topicRule)"),
        RefusedConfiguration(#"{"topic":"t","allowed_topics":"a"}"#, "config.allowed_topics: expected an array"),
        RefusedConfiguration(
            #"{"topic":"t","topics_query_arg":""}"#, "config.topics_query_arg: length must be at least 1"),
        RefusedConfiguration(#"{"topic":"t","topicz":"a"}"#, "config.topicz: unknown field"),
        RefusedConfiguration(
            #"{"topic":"t","bootstrap_servers":[{"host":"h"},{"port":70000,"host":"h"},{"port":1}]}"#,
            "config.bootstrap_servers.1.port: required field missing",
            "config.bootstrap_servers.2.port: value should be between 0 and 65535",
            "config.bootstrap_servers.3.host: required field missing"),
    ]

    private static let forwards = [
        RefusedConfiguration(
            #"{"topic":"t","forward_body":false}"#,
            "config: at least one of these attributes must be true: forward_method, forward_uri, forward_headers, "
                + "forward_body"),
        RefusedConfiguration(
            #"{"topic":"t","value_source":"lua"}"#,
            "config.value_source: expected one of: envelope, body, body_args, raw"),
        RefusedConfiguration(#"{"topic":"t","forward_uri":"yes"}"#, "config.forward_uri: expected a boolean"),
        RefusedConfiguration(
            #"{"topic":"t","return_metadata":true}"#,
            "config.return_metadata: needs producer_async false: offsets are known after the acknowledgement"),
        RefusedConfiguration(
            #"{"topic":"t","producer_async":false,"producer_async_health_gating":true}"#,
            "config.producer_async_health_gating: needs producer_async true"),
    ]

    private static let sources = [
        RefusedConfiguration(
            #"{"topic":"t","key_query_arg":"k","key_source":{"from":"header","name":"k"}}"#,
            "config: only one of these fields may be set: 'key_query_arg', 'key_source'"),
        RefusedConfiguration(
            #"{"topic":"t","topics_query_arg":"k","topic_source":{"from":"consumer"}}"#,
            "config: only one of these fields may be set: 'topics_query_arg', 'topic_source'"),
        RefusedConfiguration(#"{"topic":"t","key_source":{}}"#, "config.key_source.from: required field missing"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"cookie"}}"#,
            "config.key_source.from: expected one of: header, path_capture, json_pointer, consumer"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"header"}}"#,
            "config.key_source.name: the name of a header field is needed"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"header","name":"a b"}}"#,
            "config.key_source.name: the name of a header field is needed"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"path_capture"}}"#,
            "config.key_source.name: the name or number of a capture is needed"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"json_pointer","name":"id"}}"#,
            "config.key_source.name: a JSON Pointer is empty or begins with '/'"),
        RefusedConfiguration(
            #"{"topic":"t","topic_source":{"from":"json_pointer","name":"/a~2"}}"#,
            "config.topic_source.name: '~' in a JSON Pointer is written ~0, '/' ~1"),
        RefusedConfiguration(
            #"{"topic":"t","key_source":{"from":"consumer","name":"email"}}"#,
            "config.key_source.name: expected one of: id, username, custom_id"),
    ]

    private static let security = [
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"tokenauth":true}}"#,
            "config.authentication.tokenauth: delegation tokens are not available: librdkafka cannot send the SCRAM "
                + "extension 'tokenauth'"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"kerberos"}}"#,
            "config.authentication.strategy: expected one of: sasl"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl"}}"#,
            "config.authentication.mechanism: required when 'strategy' is 'sasl'"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl","mechanism":"GSSAPI"}}"#,
            "config.authentication.mechanism: expected one of: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl","mechanism":"PLAIN"}}"#,
            "config.authentication.user: required for this mechanism",
            "config.authentication.password: required for this mechanism"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl","mechanism":"SCRAM-SHA-512","user":"u"}}"#,
            "config.authentication.password: required for this mechanism"),
        RefusedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl","mechanism":"OAUTHBEARER"}}"#,
            "config.authentication.oauthbearer.token_endpoint_url: required when 'mechanism' is 'OAUTHBEARER'",
            "config.authentication.oauthbearer.client_id: required when 'mechanism' is 'OAUTHBEARER'",
            "config.authentication.oauthbearer.client_secret: required when 'mechanism' is 'OAUTHBEARER'"),
        RefusedConfiguration(
            #"{"topic":"t","security":{"certificate_id":"2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e50"}}"#,
            "config.security.ssl: value must be true", "config.security: certificate_id needs ssl to be true"),
        RefusedConfiguration(
            #"{"topic":"t","security":{"certificate_id":"mine","ssl":true}}"#,
            "config.security.certificate_id: expected a valid UUID"),
        RefusedConfiguration(
            #"{"topic":"t","security":{"ca_certificates":["2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e50"],"ssl":false}}"#,
            "config.security.ssl: value must be true", "config.security: ca_certificates need ssl to be true"),
        RefusedConfiguration(
            #"{"topic":"t","security":{"key_password":"secret","ssl":true}}"#,
            "config.security.certificate_id: required field missing",
            "config.security: key_password needs certificate_id"),
    ]

    private static let producer = [
        RefusedConfiguration(
            #"{"topic":"t","idempotence":true}"#, "config.producer_request_acks: value must be -1",
            "config: idempotence needs producer_request_acks -1"),
        RefusedConfiguration(
            #"{"topic":"t","producer_request_acks":2}"#, "config.producer_request_acks: expected one of: -1, 0, 1"),
        RefusedConfiguration(
            #"{"topic":"t","compression_type":"brotli"}"#,
            "config.compression_type: expected one of: none, gzip, lz4, snappy, zstd"),
        RefusedConfiguration(
            #"{"topic":"t","partitioner":"round_robin"}"#,
            "config.partitioner: expected one of: murmur2_random, murmur2, consistent_random, consistent, "
                + "fnv1a_random, fnv1a, random"),
        RefusedConfiguration(
            #"{"topic":"t","headers":{"repeated_headers_behavior":"last"}}"#,
            "config.headers.repeated_headers_behavior: expected one of: retain_duplicates, take_first, "
                + "concatenate_by_comma"),
        RefusedConfiguration(
            #"{"topic":"t","headers":{"name_mappings":{"x-a":""}}}"#,
            "config.headers.name_mappings.x-a: length must be at least 1"),
        RefusedConfiguration(#"{"topic":"t","timeout":"10"}"#, "config.timeout: expected an integer"),
        RefusedConfiguration(#"{"topic":"t","timeout":1.5}"#, "config.timeout: expected an integer"),
    ]

    private static let limits = [
        ("timeout", "9", "10 and 300000"), ("timeout", "300001", "10 and 300000"),
        ("keepalive", "-1", "0 and 2147483646"), ("batch_limit", "0", "1 and 100000"),
        ("body_limit", "-1", "0 and 1000000000"), ("producer_request_timeout", "0", "1 and 900000"),
        ("producer_request_limits_messages_per_request", "0", "1 and 1000000"),
        ("producer_request_limits_bytes_per_request", "1023", "1024 and 1000000000"),
        ("producer_request_retries_max_attempts", "-1", "0 and 2147483646"),
        ("producer_request_retries_backoff_timeout", "0", "1 and 300000"),
        ("producer_async_flush_timeout", "900001", "0 and 900000"),
        ("producer_async_buffering_limits_messages_in_memory", "0", "1 and 10000000"),
        ("linger", "60001", "0 and 60000"), ("delivery_timeout", "99", "100 and 3600000"),
        ("producer_async_health_failure_threshold", "0", "1 and 100"),
        ("producer_async_health_recovery_threshold", "101", "1 and 100"),
        ("producer_async_health_probe_interval", "99", "100 and 600000"),
    ].map { RefusedConfiguration(#"{"topic":"t","\#($0)":\#($1)}"#, "config.\($0): value should be between \($2)") }
}

/// A `config` and some of what it is completed to.
struct AcceptedConfiguration: Sendable, CustomTestStringConvertible {
    let config: String
    let expected: String

    var testDescription: String { config }

    init(_ config: String, _ expected: String) {
        self.config = config
        self.expected = expected
    }

    static let all = [
        AcceptedConfiguration(#"{"topic":"t","compression_type":"zstd"}"#, #"{"compression_type":"zstd"}"#),
        AcceptedConfiguration(
            #"{"topic":"t","idempotence":true,"producer_request_acks":-1}"#, #"{"idempotence":true}"#),
        AcceptedConfiguration(
            #"{"topic":"t","producer_async":false,"return_metadata":true}"#, #"{"return_metadata":true}"#),
        AcceptedConfiguration(
            #"{"topic":"t","authentication":{"tokenauth":false}}"#, #"{"topic":"t"}"#),
        // As exported configurations spell out what is not set.
        AcceptedConfiguration(
            #"{"topic":"t","message_by_lua_functions":null,"schema_registry":{"confluent":null}}"#,
            #"{"message_by_lua_functions":null,"schema_registry":{"confluent":null}}"#),
        AcceptedConfiguration(
            #"{"topic":"t","message_by_lua_functions":[]}"#, #"{"message_by_lua_functions":[]}"#),
        AcceptedConfiguration(
            #"{"topic":"t","message_by_lua_functions":["return function(m) return m.body end"]}"#,
            #"{"message_by_lua_functions":["return function(m) return m.body end"]}"#),
        AcceptedConfiguration(
            #"{"topic":"t","authentication":{"strategy":"sasl","mechanism":"SCRAM-SHA-256","user":"{vault://env/A}","password":"{vault://env/B}"}}"#,
            #"{"topic":"t"}"#),
        AcceptedConfiguration(
            #"{"topic":"t","forward_body":false,"forward_method":true}"#,
            #"{"forward_method":true,"forward_body":false}"#),
        AcceptedConfiguration(
            #"{"topic":"t","bootstrap_servers":[{"host":"h","port":1},{"host":"h","port":1}]}"#,
            #"{"bootstrap_servers":[{"host":"h","port":1}]}"#),
        AcceptedConfiguration(
            #"{"topic":"t","key_source":{"from":"json_pointer"}}"#,
            #"{"key_source":{"from":"json_pointer","name":null,"required":false}}"#),
        AcceptedConfiguration(
            #"{"topic":"t","topic_source":{"from":"consumer","name":"custom_id","required":true}}"#,
            #"{"topic_source":{"from":"consumer","name":"custom_id","required":true}}"#),
        AcceptedConfiguration(
            #"{"topic":"\#(String(repeating: "x", count: 249))"}"#,
            #"{"topic":"\#(String(repeating: "x", count: 249))"}"#),
    ]
}
