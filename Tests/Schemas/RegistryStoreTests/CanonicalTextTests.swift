import SchemaLanguages
import Testing

@testable import RegistryStore

@Suite("registry, canonical texts")
struct CanonicalTextTests {
    @Test(
        "Avro schemas are written in one way",
        arguments: [
            (#"{"type":"string"}"#, #""string""#),
            (#""string""#, #""string""#),
            (#"["null",{"type":"long"}]"#, #"["null","long"]"#),
            (#"{"logicalType":"date","type":"int"}"#, #"{"type":"int","logicalType":"date"}"#),
            (
                #"{"fields":[],"doc":"d","name":"com.x.A","type":"record"}"#,
                #"{"type":"record","name":"A","namespace":"com.x","doc":"d","fields":[]}"#
            ),
            (
                #"{"type":"record","name":"A","namespace":"n","own":1,"fields":[{"type":"n.A","default":null,"name":"x","order":"ascending","z":1}]}"#,
                #"{"type":"record","name":"A","namespace":"n","fields":[{"name":"x","type":"A","default":null,"z":1}],"own":1}"#
            ),
            (
                #"{"type":"record","name":"A","namespace":"n","fields":[{"name":"x","type":{"type":"enum","namespace":"n","name":"E","default":"a","symbols":["a"]}},{"name":"y","type":{"type":"fixed","namespace":"","size":3,"name":"F"}}]}"#,
                #"{"type":"record","name":"A","namespace":"n","fields":[{"name":"x","type":{"type":"enum","name":"E","symbols":["a"],"default":"a"}},{"name":"y","type":{"type":"fixed","name":"F","namespace":"","size":3}}]}"#
            ),
            (#"{"items":{"type":"string"},"type":"array"}"#, #"{"type":"array","items":"string"}"#),
            (#"{"x":2,"values":"int","type":"map","a":1}"#, #"{"type":"map","values":"int","x":2,"a":1}"#),
        ])
    func avro(text: String, expected: String) throws {
        #expect(try CanonicalText.make(.avro, text, normalizes: false) == expected)
        #expect(try CanonicalText.make(.avro, expected, normalizes: false) == expected)
    }

    @Test("the user's own properties of an Avro schema are ordered when it is normalised")
    func avroProperties() throws {
        let text = #"{"x":{"b":1,"a":2},"type":"map","values":"int","a":1}"#
        #expect(
            try CanonicalText.make(.avro, text, normalizes: true)
                == #"{"type":"map","values":"int","a":1,"x":{"a":2,"b":1}}"#)
    }

    @Test("JSON keeps its numbers and strings as they were written")
    func json() throws {
        let text =
            "{ \"b\" : [ 1.0 , 18446744073709551616 , 1E30, \" \\\" , \" ],\n \"a\" : {} , \"b\" : [ { \"d\" : 1, \"c\": [] } ] }"
        #expect(
            try CanonicalText.make(.json, text, normalizes: false)
                == #"{"b":[1.0,18446744073709551616,1E30," \" , "],"a":{},"b":[{"d":1,"c":[]}]}"#)
        #expect(try CanonicalText.make(.json, text, normalizes: true) == #"{"a":{},"b":[{"c":[],"d":1}]}"#)
        #expect(try CanonicalText.make(.json, " true ", normalizes: true) == "true")
    }
}
