extension CompatibilityCheck {
    /// Compares the fields of a pair, which are the same by their numbers. Extensions are nobody's own fields.
    mutating func compareFields(_ place: Int) {
        let pair = findings[place].pair
        let own = fields(reader, pair.reader)
        let old = fields(writer, pair.writer)
        for field in own {
            guard let before = Self.field(field.number, in: old) else {
                if field.isRequired {
                    tell(
                        .requiredFieldAdded, place, "\(field.number)", "data without the required field cannot be read")
                }
                continue
            }
            compare(field, before, place)
        }
        for field in old where field.isRequired && Self.field(field.number, in: own) == nil {
            tell(.requiredFieldRemoved, place, "\(field.number)", "the required field is not there any more")
        }
    }

    private func fields(_ tables: SchemaTables, _ message: Int32) -> [FieldRow] {
        tables.fields[tables.messages[Int(message)].fields].filter { !$0.isExtension }
    }

    /// A field of a list that is sorted by number.
    private static func field(_ number: Int32, in fields: [FieldRow]) -> FieldRow? {
        var (low, high) = (0, fields.count)
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < fields.count && fields[low].number == number ? fields[low] : nil
    }

    private mutating func tell(
        _ kind: ProtobufIncompatibility.Kind, _ place: Int, _ below: String, _ message: String
    ) {
        guard findings[place].hindrances.count < ProtobufIncompatibility.most else { return }
        findings[place].hindrances.append(hindrance(kind, findings[place].pair, below, message))
    }

    private mutating func compare(_ field: FieldRow, _ before: FieldRow, _ place: Int) {
        guard field.isMap == before.isMap else {
            return tell(
                .fieldKindChanged, place, "\(field.number)",
                "it was \(words(before, writer)) and is \(words(field, reader))")
        }
        if field.isMap {
            let own = reader.fields[reader.messages[Int(field.target)].fields]
            let old = writer.fields[writer.messages[Int(before.target)].fields]
            guard let key = own.first, let value = own.last, let oldKey = old.first, let oldValue = old.last else {
                return
            }
            compareTypes(key, oldKey, field, place)
            return compareTypes(value, oldValue, field, place)
        }
        if field.isRepeated != before.isRepeated, before.type.isPackable, field.type.isPackable {
            tell(
                .fieldNumericLabelChanged, place, "\(field.number)",
                "numbers and enums that were \(before.isRepeated ? "" : "not ")repeated have another form")
        }
        compareTypes(field, before, field, place)
    }

    /// Compares the types of a field, or of its map's keys or values.
    private mutating func compareTypes(_ own: FieldRow, _ old: FieldRow, _ field: FieldRow, _ place: Int) {
        let change = "it was of \(words(old, writer)) and is of \(words(own, reader))"
        guard own.type.isMessage == old.type.isMessage, (own.type == .group) == (old.type == .group) else {
            return tell(.fieldKindChanged, place, "\(field.number)", change)
        }
        guard own.type.isMessage else {
            if own.type.family != old.type.family {
                tell(.fieldScalarKindChanged, place, "\(field.number)", change)
            }
            return
        }
        guard reader.localName(own.target) == writer.localName(old.target) else {
            return tell(.fieldNamedTypeChanged, place, "\(field.number)", change)
        }
        // What both define themselves is compared anyway.
        if reader.messages[Int(own.target)].file == 0, writer.messages[Int(old.target)].file == 0 { return }
        let other = pair(own.target, old.target)
        findings[place].uses.append((field, other))
    }

    private func words(_ field: FieldRow, _ tables: SchemaTables) -> String {
        if field.isMap { return "a map" }
        return field.type.isMessage ? tables.fullName(field.target) : "\(field.type)"
    }

    /// Compares the oneofs of a pair, which are the same by their names.
    mutating func compareOneofs(_ place: Int) {
        let pair = findings[place].pair
        let (own, old) = (reader.messages[Int(pair.reader)], writer.messages[Int(pair.writer)])
        if own.oneofCount == 0 { return }
        let before = fields(writer, pair.writer)
        var members: [Int32: [FieldRow]] = [:]
        for field in fields(reader, pair.reader) where field.oneof >= 0 {
            members[field.oneof, default: []].append(field)
        }
        for oneof in own.firstOneof..<own.firstOneof + own.oneofCount {
            let olds = members[oneof, default: []].compactMap { Self.field($0.number, in: before) }
            let moved = olds.count { $0.oneof < 0 }
            let name = reader.string(reader.oneofs[Int(oneof)])
            if moved > 0, moved < olds.count {
                tell(
                    .fieldMovedToExistingOneof, place, name,
                    "a field that stood alone is in a oneof with fields that were in one before")
            } else if moved > 1 {
                tell(
                    .multipleFieldsMovedToOneof, place, name, "of \(moved) fields that stood alone only one can be set")
            }
        }
        compareRemoved(place, members, own, old, before)
    }

    /// Fields that are no longer in a oneof that is still there.
    private mutating func compareRemoved(
        _ place: Int, _ members: [Int32: [FieldRow]], _ own: MessageRow, _ old: MessageRow, _ before: [FieldRow]
    ) {
        var names: [String: Int32] = [:]
        for oneof in own.firstOneof..<own.firstOneof + own.oneofCount {
            names[reader.string(reader.oneofs[Int(oneof)])] = oneof
        }
        for field in before where field.oneof >= 0 {
            let name = writer.string(writer.oneofs[Int(field.oneof)])
            guard let oneof = names[name] else { continue }
            if Self.field(field.number, in: members[oneof, default: []]) == nil {
                tell(
                    .oneofFieldRemoved, place, "\(name)/\(field.number)",
                    "nobody can tell whether the field was set or nothing was")
            }
        }
    }
}

extension ProtobufFieldType {
    /// Types whose values can be read as each other's.
    fileprivate enum Family { case varint, zigZag, fixed32, fixed64, float, double, text, message }

    fileprivate var family: Family {
        switch self {
        case .int32, .int64, .uint32, .uint64, .bool, .enum: .varint
        case .sint32, .sint64: .zigZag
        case .fixed32, .sfixed32: .fixed32
        case .fixed64, .sfixed64: .fixed64
        case .float: .float
        case .double: .double
        case .string, .bytes: .text
        case .message, .group: .message
        }
    }
}
