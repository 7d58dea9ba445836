import Testing

/// Bytes of `Samples.all` at the edge of the encoding, and what they are as JSON.
struct WireCase: Sendable, CustomTestStringConvertible {
    let hex: String
    let json: String

    var testDescription: String { hex }

    static let all: [WireCase] = [
        WireCase(hex: "", json: "{}"), WireCase(hex: "189601", json: #"{"int32":150}"#),
        WireCase(hex: "1801180218ffffffffffffffffff01", json: #"{"int32":-1}"#),
        // Numbers are cut to their width.
        WireCase(hex: "18ffffffffffff0318ffffffff0f", json: #"{"int32":-1}"#),
        WireCase(hex: "1880808080f0ffffffff01", json: "{}"),
        WireCase(hex: "6805", json: #"{"bool":true}"#),
        // Packed where one by one is declared, the other way round, and in pieces.
        WireCase(hex: "9a0103010203", json: #"{"unpacked":[1,2,3]}"#),
        WireCase(hex: "900101920102020390010498010a", json: #"{"packed":[1,2,3,4],"unpacked":[10]}"#),
        WireCase(hex: "920100", json: "{}"),
        // A message in two parts is merged; of a oneof what comes last counts.
        WireCase(hex: "8a010218058a01026801", json: #"{"all":{"int32":5,"bool":true}}"#),
        WireCase(hex: "e00105ea010161", json: #"{"pickString":"a"}"#),
        WireCase(hex: "f2010218058a0100f201026801", json: #"{"all":{},"pickAll":{"int32":5,"bool":true}}"#),
        WireCase(hex: "f201021805e00101f201026801", json: #"{"pickAll":{"bool":true}}"#),
        WireCase(hex: "e00105f80100", json: #"{"pickNull":null}"#),
        // Maps: the last of a key counts, and what is not written is the default.
        WireCase(hex: "c201050a01611001c201050a01621002c201050a01611003", json: #"{"byString":{"a":3,"b":2}}"#),
        WireCase(hex: "c20100", json: #"{"byString":{"":0}}"#), WireCase(hex: "ca0100", json: #"{"byInt32":{"0":""}}"#),
        WireCase(hex: "da01020801", json: #"{"byUint64":{"1":{}}}"#),
        // What is not known is passed over: numbers, wire types, groups.
        WireCase(hex: "f83f05", json: "{}"), WireCase(hex: "1d01000000", json: "{}"),
        WireCase(hex: "fb3f0801fc3f1801", json: #"{"int32":1}"#),
        WireCase(hex: "8801058a0100", json: #"{"all":{}}"#),
        WireCase(hex: "8201010180010a", json: #"{"enum":10}"#), WireCase(hex: "800101", json: #"{"enum":"ONE"}"#),
        WireCase(hex: "80010080020088020092020178", json: #"{"maybe":0,"other":"x"}"#),
    ]
}
