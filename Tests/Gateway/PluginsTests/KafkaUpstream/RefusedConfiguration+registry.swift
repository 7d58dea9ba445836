extension RefusedConfiguration {
    private static let place = "config.schema_registry.confluent"

    private static func registry(_ fields: String, _ problems: String...) -> RefusedConfiguration {
        RefusedConfiguration(
            #"{"topic":"t","schema_registry":{"confluent":{\#(fields)}}}"#, problems.map { place + $0 })
    }

    private static let url = #""url":"http://registry:8081""#

    static let registry = [
        registry(
            #""url":"registry:8081","value_schema":{"subject_name":"s"}"#,
            ".url: expected http://HOST:PORT or https://HOST:PORT"),
        registry(url, ": at least one of these fields is needed: 'value_schema', 'key_schema'"),
        registry(
            #"\#(url),"value_schema":{}"#,
            ".value_schema.subject_name: required unless 'subject_name_strategy' says how it is found"),
        registry(
            #"\#(url),"subject_name_strategy":"record","value_schema":{}"#,
            ".value_schema.record_name: required when 'subject_name_strategy' is 'record'"),
        registry(
            #"\#(url),"auto_register":true,"value_schema":{"subject_name":"s"}"#,
            ".value_schema.schema: required when 'auto_register' is true"),
        registry(
            #"\#(url),"value_schema":{"subject_name":"s","schema_version":"newest"}"#,
            ".value_schema.schema_version: expected a number from 1 on, or 'latest'"),
        registry(
            #"\#(url),"value_schema":{"subject_name":"s","schema_version":"0"}"#,
            ".value_schema.schema_version: expected a number from 1 on, or 'latest'"),
        registry(
            #"\#(url),"value_schema":{"subject_name":"s","schema_version":"1","schema":"\"int\""}"#,
            ".value_schema: only one or none of these fields must be set: 'schema', 'schema_version'"),
        registry(
            #"\#(url),"key_schema":{"subject_name":"s","payload_encoding":"json"}"#,
            ".key_schema.payload_encoding: expected one of: avro_json, simple_json"),
        registry(
            #"\#(url),"ttl":3601,"value_schema":{"subject_name":"s"}"#, ".ttl: value should be between 0 and 3600"),
        registry(
            #"\#(url),"schema_id_location":"body","value_schema":{"subject_name":"s"}"#,
            ".schema_id_location: expected one of: prefix, prefix_guid, header"),
        registry(
            #"\#(url),"authentication":{"mode":"basic"},"value_schema":{"subject_name":"s"}"#,
            ".authentication.basic: required field missing",
            ".authentication: failed conditional validation given value of field 'mode'"),
        registry(
            #"\#(url),"authentication":{"mode":"basic","basic":{"username":"u"}},"value_schema":{"subject_name":"s"}"#,
            ".authentication.basic.password: required field missing"),
        registry(
            #"\#(url),"authentication":{"mode":"oauth2","oauth2":{"token_endpoint":"issuer"}},"value_schema":{"subject_name":"s"}"#,
            ".authentication.oauth2.token_endpoint: expected a URL that begins with http:// or https://"),
        registry(
            #"\#(url),"authentication":{"oauth2_client":{"auth_method":"private_key_jwt"}},"value_schema":{"subject_name":"s"}"#,
            ".authentication.oauth2_client.auth_method: expected one of: client_secret_post, client_secret_basic, "
                + "client_secret_jwt, none"),
    ]
}

extension AcceptedConfiguration {
    static let registry = [
        AcceptedConfiguration(
            #"{"topic":"t","schema_registry":{"confluent":{"url":"http://r","value_schema":{"subject_name":"s"}}}}"#,
            """
            {"schema_registry":{"confluent":{"url":"http://r","ttl":null,"ssl_verify":true,
              "authentication":{"mode":"none","basic":null,"oauth2":null,
                "oauth2_client":{"auth_method":"client_secret_post","client_secret_jwt_alg":"HS512","http_version":1.1,
                  "timeout":10000,"keep_alive":true,"ssl_verify":true,"http_proxy":null,"http_proxy_authorization":null,
                  "https_proxy":null,"https_proxy_authorization":null,"no_proxy":null}},
              "value_schema":{"subject_name":"s","schema_version":null,"payload_encoding":"avro_json",
                "record_name":null,"schema":null,"schema_type":"AVRO"},
              "key_schema":null,"ca_certificates":null,"timeout":5000,"stale_if_error":3600,
              "subject_name_strategy":null,"schema_id_location":"prefix","validate_only":false,"assert_formats":false,"auto_register":false}}}
            """),
        AcceptedConfiguration(
            #"{"topic":"t","schema_registry":{"confluent":{"url":"http://r","key_schema":{},"subject_name_strategy":"topic","authentication":{"mode":"oauth2","oauth2":{"token_endpoint":"http://issuer"}}}}}"#,
            #"{"topic":"t"}"#),
    ]
}
