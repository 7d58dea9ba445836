extension SchemaEvolution {
    private static let draft2020 = #""$schema":"https://json-schema.org/draft/2020-12/schema""#

    static let arrays: [SchemaEvolution] = [
        .init(#"{"type":"array"}"#, to: #"{"type":"array","items":{"type":"string"}}"#, "SCHEMA_ADDED /items"),
        .init(#"{"items":{"type":"string"}}"#, to: #"{"type":"array"}"#),
        .init(#"{"items":{"type":"integer"}}"#, to: #"{"items":{"type":"number"}}"#),
        .init(#"{"items":{"type":"number"}}"#, to: #"{"items":{"type":"integer"}}"#, "TYPE_NARROWED /items"),
        .init(#"{"type":"array"}"#, to: #"{"type":"array","maxItems":2}"#, "MAX_ITEMS_ADDED /maxItems"),
        .init(#"{"maxItems":2}"#, to: #"{"maxItems":1}"#, "MAX_ITEMS_DECREASED /maxItems"),
        .init(#"{"type":"array"}"#, to: #"{"type":"array","minItems":2}"#, "MIN_ITEMS_ADDED /minItems"),
        .init(#"{"minItems":1}"#, to: #"{"minItems":2}"#, "MIN_ITEMS_INCREASED /minItems"),
        .init(#"{"minItems":2,"maxItems":2}"#, to: #"{"minItems":1,"maxItems":3}"#),
        .init(#"{"type":"array"}"#, to: #"{"type":"array","uniqueItems":true}"#, "UNIQUE_ITEMS_ADDED /uniqueItems"),
        .init(#"{"maxItems":1}"#, to: #"{"uniqueItems":true}"#),
        .init(#"{"type":"array","uniqueItems":true}"#, to: #"{"type":"array"}"#),
        .init(
            #"{"items":[{"type":"string"}]}"#, to: #"{"items":[{"type":"string"},{"type":"number"}]}"#,
            "ITEM_ADDED_TO_OPEN_CONTENT_MODEL /items/1"),
        .init(#"{"items":[{"type":"string"}]}"#, to: #"{"items":[{"type":"string"},true]}"#),
        .init(
            #"{"items":[{"type":"string"}],"additionalItems":false}"#,
            to: #"{"items":[{"type":"string"},{"type":"number"}],"additionalItems":false}"#),
        .init(
            #"{"items":[{"type":"string"}],"additionalItems":{"type":"integer"}}"#,
            to: #"{"items":[{"type":"string"},{"type":"number"}]}"#),
        .init(
            #"{"items":[{"type":"string"}],"additionalItems":{"type":"number"}}"#,
            to: #"{"items":[{"type":"string"},{"type":"integer"}]}"#,
            "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /items/1"),
        .init(#"{"items":[{"type":"string"},{"type":"number"}]}"#, to: #"{"items":[{"type":"string"}]}"#),
        .init(
            #"{"items":[{"type":"string"},{"type":"number"}],"additionalItems":false}"#,
            to: #"{"items":[{"type":"string"}],"additionalItems":false}"#,
            "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL /items/1"),
        .init(
            #"{"items":[{"type":"string"},false],"additionalItems":false}"#,
            to: #"{"items":[{"type":"string"}],"additionalItems":false}"#),
        .init(
            #"{"items":[{"type":"string"},{"type":"number"}],"additionalItems":false}"#,
            to: #"{"items":[{"type":"string"}],"additionalItems":{"type":"integer"}}"#,
            "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL /items/1"),
        .init(
            #"{"items":[{"type":"string"}]}"#, to: #"{"items":[{"type":"string"}],"additionalItems":false}"#,
            "ADDITIONAL_ITEMS_REMOVED /additionalItems"),
        .init(
            #"{"items":[{"type":"string"}]}"#, to: #"{"items":[{"type":"string"}],"additionalItems":{"type":"null"}}"#,
            "ADDITIONAL_ITEMS_NARROWED /additionalItems"),
        .init(
            #"{"items":[{"type":"integer"}],"additionalItems":false}"#,
            to: #"{\#(draft2020),"prefixItems":[{"type":"number"}],"items":false}"#),
        .init(
            #"{\#(draft2020),"prefixItems":[{"type":"null"},{"type":"null"}],"items":false}"#,
            to: #"{\#(draft2020),"prefixItems":[{"type":"null"}],"items":false}"#,
            "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL /prefixItems/1"),
        .init(#"{"type":"array"}"#, to: #"{"contains":{"type":"null"}}"#, "SCHEMA_ADDED /contains"),
        .init(#"{"contains":{"type":"integer"}}"#, to: #"{"contains":{"type":"number"}}"#),
        .init(#"{"items":{"type":"null"},"minItems":1}"#, to: #"{"contains":{"type":"null"}}"#),
        .init(
            #"{\#(draft2020),"contains":{"type":"null"},"maxContains":3}"#,
            to: #"{\#(draft2020),"contains":{"type":"null"},"minContains":2,"maxContains":2}"#,
            "MIN_ITEMS_INCREASED /minContains", "MAX_ITEMS_DECREASED /maxContains"),
    ]

    static let combined: [SchemaEvolution] = [
        .init(#"{"type":"string"}"#, to: #"{"oneOf":[{"type":"number"},{"type":"string"}]}"#),
        .init(
            #"{"oneOf":[{"type":"number"},{"type":"string"}]}"#, to: #"{"type":"string"}"#, "TYPE_NARROWED "),
        .init(
            #"{"oneOf":[{"type":"string","maxLength":3},{"type":"null"}]}"#,
            to: #"{"type":["string","null"],"maxLength":5}"#),
        .init(
            #"{"oneOf":[{"type":"string","maxLength":6},{"type":"null"}]}"#,
            to: #"{"type":["string","null"],"maxLength":5}"#, "MAX_LENGTH_DECREASED /maxLength"),
        .init(#"{"oneOf":[{"type":"string"}]}"#, to: #"{"oneOf":[{"type":"number"},{"type":"string"}]}"#),
        .init(
            #"{"oneOf":[{"type":"string"}]}"#, to: #"{"oneOf":[{"type":"number"}]}"#, "TYPE_CHANGED /oneOf/0"),
        .init(
            #"{"oneOf":[{"type":"string"},{"type":"null"},{"type":"array"}]}"#,
            to: #"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, "SUM_TYPE_NARROWED /oneOf"),
        .init(
            #"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, to: #"{"oneOf":[{"type":"number"},{"type":"null"}]}"#,
            "COMBINED_TYPE_SUBSCHEMAS_CHANGED /oneOf"),
        .init(#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, to: #"{"anyOf":[{"type":"null"},{"type":"string"}]}"#),
        .init(
            #"{"anyOf":[{"minimum":1},{"maximum":5}]}"#, to: #"{"oneOf":[{"minimum":1},{"maximum":5}]}"#,
            "COMBINED_TYPE_CHANGED /oneOf"),
        .init(#"{"type":["string","null"]}"#, to: #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#),
        .init(
            #"{"type":["string","null"]}"#, to: #"{"anyOf":[{"type":"string"},{"type":"array"}]}"#,
            "SUM_TYPE_NARROWED /anyOf"),
        .init(#"{"type":"boolean"}"#, to: #"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, "TYPE_CHANGED /oneOf"),
        .init(#"{"oneOf":[{"type":"string"}]}"#, to: #"{"allOf":[{"type":"string"}]}"#),
        .init(
            #"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, to: #"{"allOf":[{"type":"string"}]}"#,
            "TYPE_NARROWED /allOf/0"),
        .init(
            #"{"allOf":[{"type":"string"},{"enum":["a"]}]}"#, to: #"{"allOf":[{"enum":["a","b"]},{"type":"string"}]}"#),
        .init(
            #"{"allOf":[{"type":"string"}]}"#, to: #"{"allOf":[{"type":"string"},{"maxLength":3}]}"#,
            "PRODUCT_TYPE_EXTENDED /allOf/1"),
        .init(
            #"{"allOf":[{"type":"string"},{"maxLength":3}]}"#, to: #"{"type":"string","maxLength":4}"#),
        .init(
            #"{"properties":{"a":{"type":"string"},"b":{"type":"null"}}}"#,
            to: #"{"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"null"}}}]}"#),
        .init(#"{"not":{"type":"number"}}"#, to: #"{"not":{"type":"integer"}}"#),
        .init(#"{"not":{"type":"integer"}}"#, to: #"{"not":{"type":"number"}}"#, "NOT_TYPE_EXTENDED /not"),
        .init(#"{"type":"string"}"#, to: #"{"not":{"type":"number"}}"#),
        .init(#"{"type":"string"}"#, to: #"{"not":{"minLength":3}}"#, "NOT_TYPE_EXTENDED /not"),
        .init(#"{"not":{"minimum":5}}"#, to: #"{"not":{"minimum":10}}"#),
        .init(
            #"{"type":"integer"}"#, to: #"{"if":{"minimum":5},"then":{"multipleOf":5}}"#, "COMBINED_TYPE_CHANGED /if"),
        .init(
            #"{"if":{"minimum":5},"then":{"multipleOf":10}}"#, to: #"{"if":{"minimum":6},"then":{"multipleOf":5}}"#),
        .init(#"{"type":"integer"}"#, to: #"{"if":{"minimum":5},"then":{"multipleOf":0.5}}"#),
    ]

    static let references: [SchemaEvolution] = [
        .init(#"{"type":"string"}"#, to: ##"{"$ref":"#/definitions/a","definitions":{"a":{"type":"string"}}}"##),
        .init(##"{"$ref":"#/definitions/a","definitions":{"a":{"type":"string"}}}"##, to: #"{"type":"string"}"#),
        .init(
            ##"{"items":{"$ref":"#/definitions/a"},"definitions":{"a":{"type":"string"}}}"##,
            to: ##"{"items":{"$ref":"#/definitions/a"},"definitions":{"a":{"type":"number"}}}"##,
            "TYPE_CHANGED /definitions/a"),
        .init(
            ##"{"properties":{"v":{"type":"integer"},"next":{"$ref":"#"}},"additionalProperties":false}"##,
            to: ##"{"properties":{"v":{"type":"number"},"next":{"$ref":"#"}},"additionalProperties":false}"##),
        .init(
            ##"{"properties":{"v":{"type":"number"},"next":{"$ref":"#"}},"additionalProperties":false}"##,
            to: ##"{"properties":{"v":{"type":"integer"},"next":{"$ref":"#"}},"additionalProperties":false}"##,
            "TYPE_NARROWED /properties/v"),
        // One turn around the circle in the old schema is two in the new.
        .init(
            ##"{"type":"array","items":{"$ref":"#"}}"##,
            to: ##"{"type":"array","items":{"type":"array","items":{"$ref":"#"}}}"##),
        .init(
            ##"{"type":"array","items":{"$ref":"#"}}"##,
            to: ##"{"type":"array","items":{"type":"array","minItems":1,"items":{"$ref":"#"}}}"##,
            "MIN_ITEMS_ADDED /items/minItems"),
        // What fits only if the whole does, and the whole does not.
        .init(
            ##"{"properties":{"a":{"$ref":"#"},"b":{"type":"number"}},"additionalProperties":false}"##,
            to:
                ##"{"properties":{"a":{"anyOf":[{"$ref":"#"},{"type":"null"}]},"b":{"type":"integer"}},"additionalProperties":false}"##,
            "TYPE_CHANGED /properties/a/anyOf", "TYPE_NARROWED /properties/b"),
        .init(
            ##"{"properties":{"a":{"not":{"$ref":"#"}}}}"##, to: ##"{"properties":{"a":{"not":{"$ref":"#"}}}}"##),
        .init(
            #"{\#(draft2020),"allOf":[{"properties":{"a":{"type":"null"}}}],"unevaluatedProperties":false}"#,
            to:
                #"{\#(draft2020),"allOf":[{"properties":{"a":{"type":"null"},"b":{"type":"null"}}}],"unevaluatedProperties":false}"#
        ),
        .init(
            #"{\#(draft2020),"allOf":[{"properties":{"a":{"type":"null"},"b":{"type":"null"}}}],"unevaluatedProperties":false}"#,
            to: #"{\#(draft2020),"allOf":[{"properties":{"a":{"type":"null"}}}],"unevaluatedProperties":false}"#,
            "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL /properties/b"),
        .init(
            #"{\#(draft2020),"properties":{"a":{"type":"null"}}}"#,
            to: #"{\#(draft2020),"properties":{"a":{"type":"null"}},"unevaluatedProperties":false}"#,
            "ADDITIONAL_PROPERTIES_REMOVED /unevaluatedProperties"),
    ]

    static let all = types + scalars + objects + arrays + combined + references
}
