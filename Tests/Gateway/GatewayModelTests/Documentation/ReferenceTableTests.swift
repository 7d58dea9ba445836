import JSON
import Testing

@testable import GatewayModel

@Suite("ReferenceTable")
struct ReferenceTableTests {
    @Test("every field has a row with its path, type, default and limits")
    func rows() {
        let schema = RecordSchema(
            fields: [
                NamedField("topic", .string.required().describe("Where | to.")),
                NamedField("acks", .integer.default(1).oneOf([-1, 0, 1])),
                NamedField(
                    "servers",
                    .set(
                        .record([
                            NamedField("host", .string.required()), NamedField("port", .integer.between(0, 65535)),
                        ]))),
                NamedField("labels", .map(value: .string.length(atMost: 9))),
                NamedField(
                    "auth",
                    .record(
                        [
                            NamedField("user", .string.referenceable()),
                            NamedField("password", .string.referenceable().encrypted()),
                        ], checks: [.mutuallyRequired(["user", "password"])]
                    ).required()),
                NamedField("later", .string.unsupported("it comes")),
                NamedField("own", .boolean.default(false).sluiceOnly()),
                NamedField("certificate", .string.uuid()),
            ], checks: [.atLeastOneOf(["topic", "acks"])])
        let expected = #"""
            | Field | Type | Default | Notes |
            |---|---|---|---|
            | `config.topic` | string | required | Where \| to. |
            | `config.acks` | integer | `1` | One of `-1`, `0`, `1`. |
            | `config.servers` | set of record |  |  |
            | `config.servers[].host` | string | required |  |
            | `config.servers[].port` | integer |  | 0..65535. |
            | `config.labels` | map of string to string |  | Each value: Length at most 9. |
            | `config.auth` | record |  |  |
            | `config.auth.user` | string |  | May be a vault reference. |
            | `config.auth.password` | string |  | May be a vault reference. Secret. |
            | `config.later` | string |  | Not honoured: it comes. |
            | `config.own` | boolean | `false` | Sluice only. |
            | `config.certificate` | UUID |  |  |

            Rules: at least one of `config.topic`, `config.acks`; all or none of `config.auth.user`, `config.auth.password`.

            """#
        #expect(ReferenceTable.markdown(schema, prefix: "config.") == expected)
    }
}
