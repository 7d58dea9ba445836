//! SchemaRegistry: how records name their schemas, and the client of a Confluent-compatible registry: one for each
//! registry and way to log in, with schemas kept ready for use.
internal import Bytes

/// What a record says its schema is (reference section 5.1).
package enum SchemaIdentifier: Sendable, Hashable {
    /// A registry's number.
    case id(UInt32)
    /// Sixteen bytes.
    case guid([UInt8])
}

/// Where a record names its schema.
package enum SchemaIdentifierPlace: String, Sendable, Hashable, CaseIterable {
    /// Before the payload: a zero and the id.
    case prefix
    /// Before the payload: a one and the GUID.
    case prefixGUID = "prefix_guid"
    /// In a record header, as newer clients do: a one and the GUID; the payload stands alone.
    case header

    package var needsGUID: Bool { self != .prefix }
}

/// The bytes around a payload.
package enum SchemaFraming {
    private static let idMagic: UInt8 = 0
    private static let guidMagic: UInt8 = 1

    /// The record header that names the value's schema, or the key's.
    package static func headerName(isKey: Bool) -> String { isKey ? "__key_schema_id" : "__value_schema_id" }

    /// What stands before the payload, or in the header.
    package static func bytes(of identifier: SchemaIdentifier) -> [UInt8] {
        switch identifier {
        case .id(let id): [idMagic] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
        case .guid(let guid): [guidMagic] + guid
        }
    }

    /// Reads the identifier at the start of a record's key or value, and where the payload begins.
    package static func read(_ bytes: Span<UInt8>) throws(SchemaFramingError) -> (SchemaIdentifier, payload: Int) {
        guard let magic = bytes.isEmpty ? nil : bytes[0] else { throw .tooShort(bytes: 0) }
        switch magic {
        case idMagic:
            guard bytes.count >= 5 else { throw .tooShort(bytes: bytes.count) }
            var id: UInt32 = 0
            for index in 1..<5 { id = id << 8 | UInt32(bytes[index]) }
            return (.id(id), 5)
        case guidMagic:
            guard bytes.count >= 17 else { throw .tooShort(bytes: bytes.count) }
            return (.guid(bytes.extracting(1..<17).array), 17)
        default: throw .unknownMagic(magic)
        }
    }
}

/// Bytes that name no schema.
package enum SchemaFramingError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooShort(bytes: Int)
    case unknownMagic(UInt8)

    package var description: String {
        switch self {
        case .tooShort(let bytes): "\(bytes) bytes are too few to name a schema"
        case .unknownMagic(let magic): "unknown magic byte \(magic): expected 0 (a schema id) or 1 (a GUID)"
        }
    }
}
