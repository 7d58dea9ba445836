package import JSON

/// What a document can break.
package enum AvroRule: String, Sendable, CaseIterable {
    case wrongType, notWhole, outOfRange
    case missingField, unknownField, repeatedField
    case unknownSymbol, wrongLength, notBytes
    case notTagged, unknownBranch, noBranch, tooManyAttempts
    case notDecimal, tooManyDigits, tooFine
}

/// Where a document does not fit its schema.
package typealias AvroViolation = JSONViolation<AvroRule>

/// Why a document was not encoded.
package typealias AvroEncodingError = JSONEncodingError<AvroRule>
