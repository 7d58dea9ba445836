internal import Protobuf

extension CompiledSchema {
    /// Text that is the same for schemas that mean the same; nil: the language has no such form here.
    package var canonicalText: String? {
        switch self {
        case .avro, .json: nil
        case .protobuf(let schema): schema.canonicalText
        }
    }
}
