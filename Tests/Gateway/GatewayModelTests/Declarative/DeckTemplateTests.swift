import Bytes
import JSON
import Testing

@testable import GatewayModel

@Suite("references to the environment in declarative files")
struct DeckTemplateTests {
    private static let environment = [
        "DECK_HOST": "api.example", "DECK_PORT": "8443", "DECK_ON": "T", "DECK_PEM": "one\ntwo", "DECK_RATIO": "0.5",
        "HOME": "/root",
    ]

    private func read(_ text: String) throws -> Configuration {
        try DeclarativeConfiguration.read(
            Array(text.utf8), schema: TestSchema.schema, now: 7, environment: Self.environment)
    }

    @Test("a reference stands in for a text, within a text, for a number and for lines")
    func filled() throws {
        let configuration = try read(
            """
            _format_version: "3.0"
            # ${{ env "DECK_NOT_THERE" }} in a comment is left alone
            services:
            - name: s
              host: ${{ env "DECK_HOST" }}
              port: ${{ env "DECK_PORT" | toInt }}
              path: "/v1/${{ env `DECK_RATIO` }}/x"
              enabled: ${{env "DECK_ON"|toBool}}
              tags: ["port ${{ env "DECK_PORT" }}"]
            """)
        let service = try #require(configuration.all("services").first)
        #expect(service.fields["host"] == "api.example" && service.fields["port"] == 8443)
        #expect(service.fields["path"] == "/v1/0.5/x" && service.fields["enabled"] == true)
        #expect(service.fields["tags"] == ["port 8443"])
        let lines = try DeckTemplate.fill(
            Array("a: |\n  ${{ env \"DECK_PEM\" | indent 2 }}\n".utf8), environment: Self.environment)
        #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == "a: |\n  one\n  two\n")
    }

    @Test("a JSON document may have them too")
    func json() throws {
        let configuration = try read(
            #"{"_format_version": "3.0", "services": [{"host": "${{ env "DECK_HOST" }}", "port": ${{ env "DECK_PORT" }}}]}"#
        )
        #expect(configuration.all("services").first?.fields["port"] == 8443)
    }

    @Test(
        "what cannot be filled in is told with its place",
        arguments: [
            (#"${{ env "DECK_NONE" }}"#, "the variable 'DECK_NONE' is not set in the environment"),
            (#"${{ env "HOME" }}"#, "variables in ${{ env … }} begin with DECK_, as decK wants it; found 'HOME'"),
            (#"${{ env "DECK_HOST" | toInt }}"#, "'toInt' cannot be done with the value of 'DECK_HOST'"),
            (#"${{ env "DECK_HOST" | upper }}"#, "'upper' cannot be done with the value of 'DECK_HOST'"),
            (#"${{ file "x" }}"#, "expected ${{ env \"DECK_…\" }}"),
            (#"${{ env DECK_HOST }}"#, "expected ${{ env \"DECK_…\" }}"),
            (#"${{ env "DECK_HOST" "#, "'${{' has no '}}' behind it"),
        ])
    func refused(reference: String, message: String) {
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
            try read("_format_version: \"3.0\"\nservices:\n- host: \(reference)")
        }
        #expect(failure?.description == "line 3, column 9: \(message)")
    }

    @Test("places are those of the file as it is written, not as it is filled in")
    func places() {
        let failure = #expect(throws: DeclarativeConfiguration.Failure.self) {
            try read(
                """
                _format_version: "3.0"
                services:
                - {host: "${{ env "DECK_HOST" }}", nope: 1}
                - {tags: ["${{ env "DECK_PEM" }}"], host: a, nope: 2}
                - {host: a, nope: 3}
                - {host: a, port: "${{ env "DECK_PORT" }}"}
                """)
        }
        #expect(
            failure?.problems.compactMap { $0.location }.map { "\($0.line):\($0.column)" } == [
                "3:36", "4:46", "5:13", "6:13",
            ])
    }

    @Test("without an environment they are plain text, as from a client of the Admin API")
    func untouched() throws {
        let text = #"{"_format_version": "3.0", "consumers": [{"username": "${{ env \"DECK_HOST\" }}"}]}"#
        let configuration = try DeclarativeConfiguration.read(Array(text.utf8), schema: TestSchema.schema, now: 7)
        #expect(configuration.all("consumers").first?.fields["username"] == #"${{ env "DECK_HOST" }}"#)
    }
}
