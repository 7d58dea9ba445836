/// What a type is.
package enum AvroKind: UInt8, Sendable, Hashable, CaseIterable {
    case null, boolean, int, long, float, double, bytes, string
    case record, `enum`, array, map, union, fixed

    /// The name in schemas; of a union there is none, it is written as an array.
    package var name: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .bytes: "bytes"
        case .string: "string"
        case .record: "record"
        case .enum: "enum"
        case .array: "array"
        case .map: "map"
        case .union: "union"
        case .fixed: "fixed"
        }
    }

    package var isPrimitive: Bool { rawValue <= AvroKind.string.rawValue }
    /// Records, enums and fixed types have names.
    package var isNamed: Bool { self == .record || self == .enum || self == .fixed }

    /// The primitive type of this name.
    static func primitive(_ name: String) -> AvroKind? {
        switch name {
        case "null": .null
        case "boolean": .boolean
        case "int": .int
        case "long": .long
        case "float": .float
        case "double": .double
        case "bytes": .bytes
        case "string": .string
        default: nil
        }
    }
}

/// What a value of a type stands for. A logical type that is unknown, or not where it may be, is none.
package enum AvroLogicalType: UInt8, Sendable, Hashable {
    case none
    case decimal, uuid, date
    case timeMillis, timeMicros
    case timestampMillis, timestampMicros, timestampNanos
    case localTimestampMillis, localTimestampMicros, localTimestampNanos
    case duration

    init?(name: String) {
        switch name {
        case "decimal": self = .decimal
        case "uuid": self = .uuid
        case "date": self = .date
        case "time-millis": self = .timeMillis
        case "time-micros": self = .timeMicros
        case "timestamp-millis": self = .timestampMillis
        case "timestamp-micros": self = .timestampMicros
        case "timestamp-nanos": self = .timestampNanos
        case "local-timestamp-millis": self = .localTimestampMillis
        case "local-timestamp-micros": self = .localTimestampMicros
        case "local-timestamp-nanos": self = .localTimestampNanos
        case "duration": self = .duration
        default: return nil
        }
    }

    /// Whether a type of this kind may have it; `size` is that of a fixed type.
    func fits(_ kind: AvroKind, size: Int) -> Bool {
        switch self {
        case .none: true
        case .decimal: kind == .bytes || kind == .fixed
        case .uuid: kind == .string || kind == .fixed && size == 16
        case .date, .timeMillis: kind == .int
        case .timeMicros, .timestampMillis, .timestampMicros, .timestampNanos, .localTimestampMillis,
            .localTimestampMicros, .localTimestampNanos:
            kind == .long
        case .duration: kind == .fixed && size == 12
        }
    }
}
