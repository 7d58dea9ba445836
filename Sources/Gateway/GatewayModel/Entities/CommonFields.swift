package import JSON

/// Fields that several entities share, with Kong's rules.
package enum CommonFields {
    package static let id = NamedField(
        "id", .string.uuid().automatic().describe("A UUID; made by the gateway if not given."))
    package static let createdAt = NamedField(
        "created_at", .integer.automatic().check(timestampProblem).describe("Seconds since 1970 of its creation."))
    package static let updatedAt = NamedField(
        "updated_at", .integer.automatic().check(timestampProblem).describe("Seconds since 1970 of its last change."))
    package static let tags = NamedField(
        "tags",
        .set(.string.check(tagProblem)).describe("Words to group and filter entities by."))

    /// Times with milliseconds.
    static let preciseTimes = [
        NamedField(
            "created_at", .number.automatic().check(timestampProblem).describe("Seconds since 1970 of its creation.")),
        NamedField(
            "updated_at",
            .number.automatic().check(timestampProblem).describe("Seconds since 1970 of its last change.")),
    ]

    package static func name(_ description: String, required: Bool = false) -> NamedField {
        let field = Field.string.unique().check(nameProblem).describe(description)
        return NamedField("name", required ? field.required() : field)
    }

    static let protocols = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp", "ws", "wss"]

    private static let timestampProblem: @Sendable (JSONValue) -> String? = { value in
        (value.numberValue ?? 0) > 0 ? nil : "expected a valid timestamp"
    }

    /// Letters, digits, `.`, `-`, `_`, `~` and what is beyond ASCII.
    package static let nameProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        let isFine = text.utf8.allSatisfy { byte in
            byte >= 0x80 || isAlphanumeric(byte) || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x7e
        }
        return isFine
            ? nil
            : "invalid value '\(text)': the only accepted ascii characters are alphanumerics or ., -, _, and ~"
    }

    /// Printable, without `,` and `/`.
    static let tagProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        let isFine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != 0x2c && $0 != 0x2f }
        return isFine
            ? nil : "invalid tag '\(text)': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"
    }

    /// The name of a header field: a token (RFC 9110 section 5.1).
    static let headerNameProblem: @Sendable (JSONValue) -> String? = { value in
        let name = value.stringValue ?? ""
        let isFine = name.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
        return isFine && !name.isEmpty
            ? nil : "bad header name '\(name)', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
    }

    /// The name of a cookie.
    static let cookieNameProblem: @Sendable (JSONValue) -> String? = { value in
        let name = value.stringValue ?? ""
        return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x5f || $0 == 0x2d }
            ? nil : "bad cookie name '\(name)', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
