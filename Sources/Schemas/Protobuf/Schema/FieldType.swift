/// The type of a field; numbers as in `FieldDescriptorProto.Type`.
package enum ProtobufFieldType: UInt8, Sendable, CaseIterable {
    case double = 1, float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes, uint32
    case `enum`, sfixed32, sfixed64, sint32, sint64

    /// How a value of it stands on the wire by itself.
    var wireType: WireType {
        switch self {
        case .double, .fixed64, .sfixed64: .fixed64
        case .float, .fixed32, .sfixed32: .fixed32
        case .string, .bytes, .message: .length
        case .group: .groupStart
        case .int64, .uint64, .int32, .bool, .uint32, .enum, .sint32, .sint64: .varint
        }
    }

    /// Whether many of it may stand in one length: all numbers.
    var isPackable: Bool { wireType != .length && wireType != .groupStart }
    var isMessage: Bool { self == .message || self == .group }
}

/// The low three bits of a tag.
enum WireType: UInt8, Sendable {
    case varint = 0, fixed64, length, groupStart, groupEnd, fixed32
}

/// The messages of Google's library that have a JSON form of their own.
enum WellKnownType: UInt8, Sendable, CaseIterable {
    case none, any, duration, timestamp, fieldMask, `struct`, value, listValue
    case wrapper

    init(fullName: String) {
        guard fullName.hasPrefix("google.protobuf.") else {
            self = .none
            return
        }
        switch fullName.dropFirst("google.protobuf.".count) {
        case "Any": self = .any
        case "Duration": self = .duration
        case "Timestamp": self = .timestamp
        case "FieldMask": self = .fieldMask
        case "Struct": self = .struct
        case "Value": self = .value
        case "ListValue": self = .listValue
        case "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue",
            "StringValue", "BytesValue":
            self = .wrapper
        default: self = .none
        }
    }
}
