import JSONSchema

/// A case of the official suite that does not go as it says, and why. One that does must be taken out here.
struct SuiteException {
    let drafts: ClosedRange<JSONSchemaDraft>
    /// The beginning of the case's name.
    let name: String
    let reason: String

    static let required: [SuiteException] = []
    static let formats: [SuiteException] = []
    static let optional = [
        SuiteException(
            drafts: .draft7 ... .draft7, name: "content.json: validation of string-encoded content",
            reason: "content keywords are remarks, as all later drafts say"),
        SuiteException(
            drafts: .draft7 ... .draft7, name: "content.json: validation of binary",
            reason: "content keywords are remarks, as all later drafts say"),
        SuiteException(
            drafts: .draft2020 ... .draft2020, name: #"ecmascript-regex.json: \a is not an ECMA 262 control escape"#,
            reason: "the case takes 'format' for an assertion; it is one by option (see the test of formats)"),
    ]
}
