package import JSON

/// What a document can break.
package enum ProtobufRule: String, Sendable, CaseIterable {
    case wrongType, notWhole, outOfRange, badText
    case missingField, unknownField, repeatedField, secondOfOneof
    case unknownSymbol, unknownType
    case tooDeep
}

/// Where a document does not fit its message.
package typealias ProtobufViolation = JSONViolation<ProtobufRule>

/// Why a document was not encoded.
package typealias ProtobufEncodingError = JSONEncodingError<ProtobufRule>
