/// A document for `Samples.all`, or for `Samples.message` with `old`, at the edge of what is taken.
struct EdgeCase {
    let json: String
    var isOld = false
    /// Why we decide otherwise than Google's Python package.
    var difference: String?

    static let all: [EdgeCase] = [
        numbers.map { EdgeCase(json: $0) }, texts.map { EdgeCase(json: $0) }, shapes.map { EdgeCase(json: $0) },
        wellKnown.map { EdgeCase(json: $0) }, times.map { EdgeCase(json: $0) },
        old.map { EdgeCase(json: $0, isOld: true) },
        differences.map { EdgeCase(json: $0.0, difference: $0.1) },
    ].flatMap(\.self)

    static let numbers: [String] = [
        #"{"int32":"1.0"}"#, #"{"int32":"1e2"}"#, #"{"int32":1,"int32":1}"#,
        #"{"int32":2147483647}"#, #"{"int32":-2147483648}"#, #"{"int32":2147483648}"#, #"{"int32":-2147483649}"#,
        #"{"uint32":4294967295}"#, #"{"uint32":4294967296}"#, #"{"uint32":-1}"#, #"{"int64":9223372036854775807}"#,
        #"{"int64":-9223372036854775808}"#, #"{"int64":9223372036854775808}"#, #"{"int64":"9223372036854775808"}"#,
        #"{"int64":"-9223372036854775808"}"#, #"{"int64":"-9223372036854775809"}"#, #"{"uint64":18446744073709551615}"#,
        #"{"uint64":"18446744073709551615"}"#, #"{"uint64":18446744073709551616}"#,
        #"{"uint64":"18446744073709551616"}"#, #"{"fixed64":18446744073709551615}"#, #"{"fixed32":4294967295}"#,
        #"{"sfixed32":-2147483648}"#, #"{"sfixed64":"-5"}"#, #"{"sint32":-2147483648}"#,
        #"{"sint64":-9223372036854775808}"#, #"{"sint64":"9223372036854775807"}"#, #"{"int32":1.0}"#, #"{"int32":1e3}"#,
        #"{"int32":1.5}"#, #"{"int32":1e-1}"#, #"{"int32":100e-2}"#, #"{"int32":2147483648.0}"#, #"{"int32":"5"}"#,
        #"{"int32":"-5"}"#, #"{"int32":" 5"}"#, #"{"int32":"5 "}"#, #"{"int32":""}"#, #"{"int32":"a"}"#,
        #"{"int32":"0x5"}"#, #"{"int32":"1.5"}"#, #"{"int32":true}"#, #"{"int32":[1]}"#, #"{"int32":{}}"#,
        #"{"int32":null}"#, #"{"int32":0}"#, #"{"int32":-0}"#, #"{"int64":1e18}"#, #"{"uint64":1e19}"#,
        #"{"double":1}"#, #"{"double":1.5}"#, #"{"double":"1.5"}"#, #"{"double":"1e5"}"#, #"{"double":"NaN"}"#,
        #"{"double":"Infinity"}"#, #"{"double":"-Infinity"}"#, #"{"double":"nan"}"#,
        #"{"double":""}"#, #"{"double":-0.0}"#, #"{"double":0.0}"#,
        #"{"double":1.7976931348623157e308}"#, #"{"double":5e-324}"#, #"{"double":18446744073709551615}"#,
        #"{"float":1.5}"#, #"{"float":3.4028234663852886e38}"#, #"{"float":3.5e38}"#, #"{"float":-3.5e38}"#,
        #"{"float":1e-50}"#, #"{"float":"NaN"}"#, #"{"float":"-Infinity"}"#, #"{"float":16777217}"#,
        #"{"bool":true}"#, #"{"bool":false}"#, #"{"bool":"true"}"#, #"{"bool":1}"#, #"{"bool":null}"#,
        #"{"enum":"ONE"}"#, #"{"enum":1}"#, #"{"enum":"one"}"#, #"{"enum":7}"#, #"{"enum":-1}"#,
        #"{"enum":2147483648}"#,
        #"{"enum":"1"}"#, #"{"enum":1.0}"#, #"{"enum":""}"#,
    ]

    static let texts: [String] = [
        #"{"string":"a\u0000b"}"#, #"{"string":"\ud83d\ude00"}"#, #"{"string":1}"#, #"{"string":null}"#,
        #"{"string":""}"#, #"{"string":["a"]}"#, #"{"bytes":""}"#, #"{"bytes":"AA=="}"#, #"{"bytes":"AAA="}"#,
        #"{"bytes":"AAAA"}"#, #"{"bytes":"AA"}"#, #"{"bytes":"AAA"}"#, #"{"bytes":"A"}"#, #"{"bytes":"AAAAA"}"#,
        #"{"bytes":"-_-_"}"#, #"{"bytes":"+/+/"}"#, #"{"bytes":"-_8"}"#, #"{"bytes":1}"#,
    ]

    static let shapes: [String] = [
        "{}", "1", "null", #""a""#, #"{"unknown":1}"#, #"{"all":{}}"#, #"{"all":null}"#,
        #"{"all":{"int32":"a"}}"#, #"{"packed":[1,2]}"#, #"{"packed":[]}"#, #"{"packed":null}"#, #"{"packed":1}"#,
        #"{"packed":[null]}"#, #"{"packed":["1",2.0]}"#, #"{"packed":[0,0]}"#, #"{"unpacked":[0,1,-1]}"#,
        #"{"packed":[[1]]}"#, #"{"strings":["","a"]}"#, #"{"strings":[null]}"#, #"{"enums":["ONE",0,5]}"#,
        #"{"alls":[{},{"int32":1}]}"#, #"{"alls":[null]}"#, #"{"doubles":["NaN",1]}"#, #"{"byString":{"a":1}}"#,
        #"{"by_string":{"a":0,"":1}}"#, #"{"byString":null}"#, #"{"byString":[]}"#, #"{"byString":{"a":null}}"#,
        #"{"byInt32":{"-2":"","1":"a"}}"#, #"{"byInt32":{"a":"a"}}"#, #"{"byInt32":{"":"a"}}"#,
        #"{"byInt32":{"2147483648":"a"}}"#, #"{"byBool":{"true":"ONE","false":"ZERO"}}"#, #"{"byBool":{"1":"ONE"}}"#,
        #"{"byBool":{"True":"ONE"}}"#, #"{"byUint64":{"18446744073709551615":{}}}"#, #"{"byUint64":{"-1":{}}}"#,
        #"{"byUint64":{"1":null}}"#, #"{"pickInt":1}"#, #"{"pickInt":0}"#, #"{"pickInt":null}"#,
        #"{"pickInt":1,"pickString":"a"}"#, #"{"pickInt":null,"pickString":"a"}"#, #"{"pick_string":""}"#,
        #"{"pickAll":{"pickAll":{}}}"#, #"{"pickNull":null}"#, #"{"pickNull":"NULL_VALUE"}"#, #"{"pickNull":0}"#,
        #"{"maybe":0}"#, #"{"maybe":null}"#, #"{"maybeText":""}"#, #"{"maybe_text":"a"}"#, #"{"other":"a"}"#,
        #"{"renamed":"a"}"#, #"{"snakeCaseName":1}"#, #"{"snake_case_name":1}"#, #"{"SnakeCaseName":1}"#,
        #"{"int32":1,"int32":2}"#, #"{"unpacked":[1],"packed":[2],"int32":3,"double":4}"#,
    ]

    static let wellKnown: [String] = [
        #"{"any":{}}"#, #"{"any":null}"#, #"{"any":{"@type":"type.googleapis.com/s.All","int32":1}}"#,
        #"{"any":{"int32":1,"@type":"x/s.All"}}"#, #"{"any":{"@type":"type.googleapis.com/s.All"}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}}"#,
        #"{"any":{"value":"1s","@type":"type.googleapis.com/google.protobuf.Duration"}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"a":1}}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Value","value":null}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Int64Value","value":"5"}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Any","value":{}}}"#,
        #"{"any":{"@type":"type.googleapis.com/google.protobuf.Any","value":{"@type":"type.googleapis.com/s.All","bool":true}}}"#,
        #"{"any":{"@type":"type.googleapis.com/unknown.Type"}}"#,
        #"{"any":{"@type":"type.googleapis.com/s.All","x":1}}"#,
        #"{"any":{"int32":1}}"#, #"{"any":1}"#, #"{"any":{"@type":""}}"#,
        #"{"empty":{}}"#, #"{"empty":null}"#, #"{"empty":{"a":1}}"#, #"{"empty":1}"#, #"{"mask":""}"#,
        #"{"mask":"a"}"#, #"{"mask":"a,b.c"}"#, #"{"mask":"fooBar,aBC"}"#, #"{"mask":"foo_bar"}"#, #"{"mask":1}"#,
        #"{"mask":null}"#, #"{"struct":{}}"#, #"{"struct":{"a":null,"b":1,"c":"d","e":true,"f":[],"g":{}}}"#,
        #"{"struct":null}"#, #"{"struct":[]}"#, #"{"value":null}"#, #"{"value":1}"#, #"{"value":"a"}"#,
        #"{"value":false}"#, #"{"value":[1,[null]]}"#, #"{"value":{"a":{"b":[]}}}"#, #"{"list":[]}"#,
        #"{"list":[1,"a",null,{}]}"#, #"{"list":{}}"#, #"{"wrappedInt64":0}"#, #"{"wrappedInt64":"5"}"#,
        #"{"wrappedInt64":null}"#, #"{"wrappedInt64":{"value":1}}"#, #"{"wrappedString":""}"#,
        #"{"wrappedBool":false}"#,
        #"{"wrappedDouble":"NaN"}"#, #"{"wrappedBytes":"AAE="}"#, #"{"wrappedUint64":"18446744073709551615"}"#,
        #"{"wrappedInt64":"a"}"#, #"{"wrappers":[1,"2"]}"#, #"{"null":null}"#, #"{"null":"NULL_VALUE"}"#,
        #"{"values":[null,1]}"#, #"{"durations":["1s","-1.5s"]}"#, #"{"durations":[null]}"#,
        #"{"valueByString":{"a":1}}"#, #"{"valueByString":{"a":null}}"#,
        #"{"timeByString":{"a":"1970-01-01T00:00:00Z"}}"#,
    ]

    static let times: [String] =
        [
            "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
            "2024-02-29T12:30:45.5Z", "2023-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2024-01-01T00:00:00+01:00", "2024-01-01T00:00:00-08:30", "2024-01-01T00:00:00.123Z",
            "2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123456789Z", "2024-01-01T00:00:00.1234567891Z",
            "2024-01-01T00:00:00", "2024-01-01", "2024-13-01T00:00:00Z", "2024-01-32T00:00:00Z", "2024-01-01T25:00:00Z",
            "2024-01-01T00:60:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
            "a", "", "2024-01-01t00:00:00Z", "2024-01-01T00:00:00z", "1600-03-01T00:00:00Z", "2400-12-31T23:59:59Z",
        ].map { #"{"time":"\#($0)"}"# }
        + [
            "1s", "-1s", "0s", "1.5s", "-0.5s", "-1.000000001s", "315576000000s", "-315576000000s", "315576000001s",
            "1", "s", "", "a", "1.5", "1m",
        ].map { #"{"duration":"\#($0)"}"# } + [#"{"time":1}"#, #"{"duration":1}"#, #"{"time":null}"#]

    static let old: [String] = [
        #"{"id":1}"#, #"{"id":1,"name":""}"#, #"{"id":1,"name":null}"#, #"{"id":1,"e":"ONE"}"#, #"{"id":1,"e":2}"#,
        #"{"id":1,"e":"ALSO_TWO"}"#, #"{"id":1,"e":3}"#, #"{"id":1,"es":["ONE",2]}"#, #"{"id":1,"es":[3]}"#,
        #"{"id":1,"packed":[1,2],"unpacked":[3,4]}"#, #"{"id":1,"g":{"x":1,"y":true}}"#,
        #"{"id":1,"h":[{"m":{"id":2}},{}]}"#, #"{"id":1,"[o.number]":5}"#, #"{"id":1,"[o.texts]":["a","b"]}"#,
        #"{"id":1,"[o.inner]":{"id":2,"[o.number]":1}}"#, #"{"id":1,"[o.Scope.scoped]":"TWO"}"#,
        #"{"id":1,"[o.unknown]":5}"#, #"{"id":1,"number":5}"#, #"{"id":1,"byString":{"a":"SOME"}}"#,
        #"{"id":1,"byString":{"a":9}}"#, #"{"id":1,"pickE":"ONE"}"#, #"{"id":1,"pickE":9}"#, #"{"id":1,"pickS":""}"#,
        #"{"id":1,"[o.number]":null}"#,
    ]

    static let differences: [(String, String)] = [
        (#"{"double":"inf"}"#, "the words are NaN, Infinity and -Infinity"),
        (#"{"double":true}"#, "a boolean is no number"), (#"{"enum":true}"#, "a boolean is no number"),
        (#"{"enum":1.5}"#, "a number of an enum is whole"), ("[]", "a message is an object"),
        (#"{"all":[]}"#, "a message is an object"),
        (#"{"duration":"1.s"}"#, "a point has digits behind it"),
        (#"{"duration":"1.0000000001s"}"#, "a duration has at most nine digits behind the point"),
        (#"{"int32":"+5"}"#, "numbers in strings are JSON's, but for zeros before them"),
        (#"{"int32":"1_000"}"#, "numbers in strings are JSON's: Python's separators are not"),
        (#"{"double":"1_0.5"}"#, "numbers in strings are JSON's: Python's separators are not"),
        (#"{"double":" 1.5 "}"#, "numbers in strings have no blanks, of whatever type they are"),
        (#"{"double":"1e999"}"#, "what is beyond a double is out of range in a string too"),
        (#"{"bytes":"A*AA"}"#, "what is not of the alphabet is refused, not passed over"),
        (#"{"snakeCaseName":1,"snake_case_name":1}"#, "one field is there twice, by its two names"),
        (#"{"duration":"1.5 s"}"#, "a duration has no blanks"),
    ]
}
