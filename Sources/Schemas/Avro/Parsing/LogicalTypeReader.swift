internal import JSON

/// Logical types: what is unknown, or does not fit its type, is ignored, as the specification has it.
enum LogicalTypeReader {
    static func read(_ object: JSONObject, into node: inout SchemaNode) {
        guard let type = object["logicalType"]?.stringValue.flatMap(AvroLogicalType.init(name:)),
            type.fits(node.kind, size: Int(node.first))
        else { return }
        if type == .decimal {
            guard case .integer(let precision)? = object["precision"],
                precision > 0, precision <= Int(Int32.max),
                node.kind == .bytes || precision <= mostDigits(bytes: Int(node.first))
            else { return }
            var scale = 0
            if let value = object["scale"] {
                guard case .integer(let given) = value, given >= 0, given <= precision else { return }
                scale = given
            }
            node.detail = Int32(precision)
            node.scale = Int32(scale)
        }
        node.logicalType = type
    }

    /// The digits that any number of them has room for in `bytes` bytes: floor(log10(2^(8 n - 1) - 1)).
    private static func mostDigits(bytes: Int) -> Int {
        guard bytes > 0 else { return 0 }
        // No power of two is a power of ten, so the bits may be counted instead.
        return Int((Double(8 * bytes - 1) * 0.301_029_995_663_981_2).rounded(.down))
    }
}
