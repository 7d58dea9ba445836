import Foundation
import JSON
import TestBrokers
import Testing

@Suite("sluice config validate")
struct ValidateTests {
    @Test("a good file is valid, and its entities are counted")
    func valid() async throws {
        var document = GatewayDocument()
        document.produce("/orders", to: ["localhost:9092"], topic: "orders")
        document.answer("/here", "here")
        let path = try TestFiles.write(document.text, as: "sluice.yml")

        let outcome = try await SluiceBinary.run(["config", "validate", path])

        #expect(outcome.status == 0 && outcome.errors == "")
        #expect(outcome.output == "\(path): valid (2 routes, 2 plugins)\n")
    }

    @Test("a bad file is not, and each problem has a line with its place", arguments: BadFile.all)
    func invalid(_ file: BadFile) async throws {
        let path = try TestFiles.write(file.text, as: "sluice.yml")

        let outcome = try await SluiceBinary.run(["config", "validate", path])

        #expect(outcome.status == 1 && outcome.output == "")
        for line in outcome.errors.split(separator: "\n") { #expect(line.hasPrefix("\(path):"), "\(line)") }
        for problem in file.problems { #expect(outcome.errors.contains(problem), "\(outcome.errors)") }
    }

    @Test("a file that is not there is told by its name")
    func missing() async throws {
        let outcome = try await SluiceBinary.run(["config", "validate", "/nowhere/sluice.yml"])
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.errors.contains("/nowhere/sluice.yml"))
    }

    private static let wrong = """
        _format_version: "3.0"
        servces: []
        services:
        - name: orders
          url: ${{ env "DECK_URL" }}
          routes:
          - {name: r, paths: [/a], strip_pth: true}
          plugins:
          - name: request-termination
            config: {status_cod: 200}
          - name: corelation-id
        """

    @Test("faults are told below one another, with the names that were meant, and no colours in a file")
    func table() async throws {
        let path = try TestFiles.write(Self.wrong, as: "kong.yml")

        let outcome = try await SluiceBinary.run(
            ["config", "validate", path], environment: ["DECK_URL": "ftp://orders.example"])

        #expect(outcome.status == 1 && outcome.output == "")
        #expect(
            outcome.errors == """
                \(path):2:1:   servces:                                unknown field; did you mean 'services'?
                \(path):5:3:   services.1.protocol:                    expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp, ws, wss (service 'orders')
                \(path):7:28:  services.1.routes.1.strip_pth:          unknown field; did you mean 'strip_path'? (route 'r')
                \(path):10:14: services.1.plugins.1.config.status_cod: unknown field; did you mean 'status_code'? (plugin 'request-termination')
                \(path):11:5:  services.1.plugins.2.name:              plugin 'corelation-id' not enabled; add it to the 'plugins' configuration property; did you mean 'correlation-id'? (plugin 'corelation-id')
                \(path): not valid (5 faults)

                """)
    }

    @Test("--json tells the same to programs")
    func json() async throws {
        let bad = try TestFiles.write(Self.wrong, as: "kong.yml")
        let outcome = try await SluiceBinary.run(
            ["config", "validate", "--json", bad], environment: ["DECK_URL": "http://orders.example"])

        #expect(outcome.status == 1 && outcome.errors == "")
        let told = try JSONValue.parse(Array(outcome.output.utf8).span)
        #expect(told["file"] == .string(bad) && told["valid"] == false)
        #expect(told["faults"]?.arrayValue?.count == 4)
        #expect(
            told["faults"]?[1] == [
                "line": 7, "column": 28, "path": "services.1.routes.1.strip_pth",
                "pointer": "/services/0/routes/0/strip_pth", "message": "unknown field", "suggestion": "strip_path",
                "entity": "route 'r'",
            ])

        let good = try TestFiles.write("_format_version: \"3.0\"\nconsumers: [{username: a}]", as: "kong.yml")
        let valid = try await SluiceBinary.run(["config", "validate", good, "--json"])
        #expect(valid.status == 0 && valid.errors == "")
        #expect(
            try JSONValue.parse(Array(valid.output.utf8).span)
                == ["file": .string(good), "valid": true, "entities": ["consumers": 1]])
    }

    @Test("a variable that is not set is a fault with its place, and no node starts with it")
    func variable() async throws {
        let path = try TestFiles.write(Self.wrong, as: "kong.yml")
        let says = "\(path):5:8: the variable 'DECK_URL' is not set in the environment\n"

        let validated = try await SluiceBinary.run(["config", "validate", path])
        let started = try await SluiceBinary.run([
            "run", "--declarative-config", path, "--proxy-listen", "127.0.0.1:0", "--admin-listen", "off",
            "--status-listen", "off", "--admin-gui-listen", "off",
        ])

        #expect(validated.status == 1 && validated.errors.hasPrefix(says), "\(validated.errors)")
        #expect(started.status == 1 && started.errors.hasPrefix(says), "\(started.errors)")
    }

    @Test("what decK writes is valid")
    func deck() async throws {
        let path = try TestFiles.write(
            """
            _format_version: "3.0"
            _konnect: {control_plane_name: default}
            _info: {select_tags: [team], defaults: {service: {retries: 2}}}
            _plugin_configs: {stop: {status_code: 503}}
            services:
            - host: ${{ env "DECK_HOST" }}
              name: orders
              port: ${{ env "DECK_PORT" | toInt }}
              plugins: [{name: request-termination, _config: stop}]
            """, as: "kong.yml")

        let outcome = try await SluiceBinary.run(
            ["config", "validate", path], environment: ["DECK_HOST": "a.example", "DECK_PORT": "81"])

        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "\(path): valid (1 services, 1 plugins)\n")
    }
}
