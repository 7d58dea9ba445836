/// How messages are read from JSON and written as JSON: the JSON form of proto3, for proto2 too.
package struct ProtobufJSONOptions: Sendable, Hashable {
    /// Reading: whether members of an object that its message does not have, and names that are no value of their enum,
    /// are passed over, not refused.
    package var ignoresUnknownFields = false
    /// Writing: whether fields have the names of the source, not those in lowerCamelCase. Both are read.
    package var keepsFieldNames = false
    /// Writing: whether fields that cannot be absent, but were not written since they have their default, are shown.
    package var showsDefaults = false

    package init(ignoresUnknownFields: Bool = false, keepsFieldNames: Bool = false, showsDefaults: Bool = false) {
        self.ignoresUnknownFields = ignoresUnknownFields
        self.keepsFieldNames = keepsFieldNames
        self.showsDefaults = showsDefaults
    }
}
