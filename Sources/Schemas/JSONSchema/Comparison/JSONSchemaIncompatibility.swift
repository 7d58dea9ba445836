package import JSON

/// Why a value of one schema may not fit another, in the words of Confluent's registry, whose clients know them.
package struct JSONSchemaIncompatibility: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case typeChanged = "TYPE_CHANGED"
        case typeNarrowed = "TYPE_NARROWED"
        case schemaAdded = "SCHEMA_ADDED"
        case enumArrayNarrowed = "ENUM_ARRAY_NARROWED"
        case enumArrayChanged = "ENUM_ARRAY_CHANGED"

        case maxLengthAdded = "MAX_LENGTH_ADDED"
        case maxLengthDecreased = "MAX_LENGTH_DECREASED"
        case minLengthAdded = "MIN_LENGTH_ADDED"
        case minLengthIncreased = "MIN_LENGTH_INCREASED"
        case patternAdded = "PATTERN_ADDED"
        case patternChanged = "PATTERN_CHANGED"

        case maximumAdded = "MAXIMUM_ADDED"
        case maximumDecreased = "MAXIMUM_DECREASED"
        case minimumAdded = "MINIMUM_ADDED"
        case minimumIncreased = "MINIMUM_INCREASED"
        case exclusiveMaximumAdded = "EXCLUSIVE_MAXIMUM_ADDED"
        case exclusiveMaximumDecreased = "EXCLUSIVE_MAXIMUM_DECREASED"
        case exclusiveMinimumAdded = "EXCLUSIVE_MINIMUM_ADDED"
        case exclusiveMinimumIncreased = "EXCLUSIVE_MINIMUM_INCREASED"
        case multipleOfAdded = "MULTIPLE_OF_ADDED"
        case multipleOfExpanded = "MULTIPLE_OF_EXPANDED"
        case multipleOfChanged = "MULTIPLE_OF_CHANGED"

        case requiredAttributeAdded = "REQUIRED_ATTRIBUTE_ADDED"
        case maxPropertiesAdded = "MAX_PROPERTIES_ADDED"
        case maxPropertiesDecreased = "MAX_PROPERTIES_DECREASED"
        case minPropertiesAdded = "MIN_PROPERTIES_ADDED"
        case minPropertiesIncreased = "MIN_PROPERTIES_INCREASED"
        case additionalPropertiesRemoved = "ADDITIONAL_PROPERTIES_REMOVED"
        case additionalPropertiesNarrowed = "ADDITIONAL_PROPERTIES_NARROWED"
        case dependencyArrayAdded = "DEPENDENCY_ARRAY_ADDED"
        case dependencyArrayExtended = "DEPENDENCY_ARRAY_EXTENDED"
        case dependencyArrayChanged = "DEPENDENCY_ARRAY_CHANGED"
        case dependencySchemaAdded = "DEPENDENCY_SCHEMA_ADDED"
        case propertyAddedToOpenContentModel = "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
        case requiredPropertyAddedToUnopenContentModel = "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL"
        case propertyRemovedFromClosedContentModel = "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"
        case propertyAddedNotCovered = "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
        case propertyRemovedNotCovered = "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"

        case maxItemsAdded = "MAX_ITEMS_ADDED"
        case maxItemsDecreased = "MAX_ITEMS_DECREASED"
        case minItemsAdded = "MIN_ITEMS_ADDED"
        case minItemsIncreased = "MIN_ITEMS_INCREASED"
        case uniqueItemsAdded = "UNIQUE_ITEMS_ADDED"
        case additionalItemsRemoved = "ADDITIONAL_ITEMS_REMOVED"
        case additionalItemsNarrowed = "ADDITIONAL_ITEMS_NARROWED"
        case itemAddedToOpenContentModel = "ITEM_ADDED_TO_OPEN_CONTENT_MODEL"
        case itemRemovedFromClosedContentModel = "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL"
        case itemAddedNotCovered = "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
        case itemRemovedNotCovered = "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"

        case combinedTypeChanged = "COMBINED_TYPE_CHANGED"
        case combinedTypeSubschemasChanged = "COMBINED_TYPE_SUBSCHEMAS_CHANGED"
        case productTypeExtended = "PRODUCT_TYPE_EXTENDED"
        case sumTypeNarrowed = "SUM_TYPE_NARROWED"
        case notTypeExtended = "NOT_TYPE_EXTENDED"
    }

    /// How many are told.
    package static let most = 100

    package let kind: Kind
    /// Where in the reader's schema the keyword stands that hinders; of what was removed, where it stood.
    package let pointer: JSONPointer
    /// The referenced document with the keyword; nil for the schema itself.
    package let document: String?
    package let message: String

    package var description: String {
        let place = "\(document ?? "")\(pointer.tokens.isEmpty ? "/" : pointer.description)"
        return "\(kind.rawValue) at \(place): \(message)"
    }
}

extension JSONSchema {
    /// What hinders this schema from accepting all values that fit `writer`: nothing, when it is compatible.
    ///
    /// The rules are those of Confluent's registry, with its open, closed and partially open content models: a property
    /// that is added where the writer's objects may have any is one. As there, a schema without `type` is taken for one
    /// of the types that its keywords are about. What no value can break is none, as where a keyword is implied by
    /// others; keywords that Confluent does not look at (`contains`, `patternProperties`, `if` …) count as well.
    /// `$dynamicRef` is taken for what it means without others in its place.
    package func incompatibilities(
        withWriter writer: JSONSchema
    ) throws(JSONSchemaError) -> [JSONSchemaIncompatibility] {
        var check = CompatibilityCheck(reader: graph, writer: writer.graph)
        return try check.run()
    }
}
