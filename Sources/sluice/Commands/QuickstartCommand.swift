import GatewayModel
import GatewayStore
import JSON
import Kafka
import System

/// `sluice quickstart`.
enum QuickstartCommand: Command {
    static let name = "quickstart"
    static let summary = "Runs a node with an embedded development cluster and a sample route"
    static var help: String {
        """
        Usage: sluice quickstart [--config FILE] [--SETTING VALUE]...

        Runs a node to try Sluice with: an embedded development cluster (Kafka's protocol on a loopback port; in
        memory, it forgets all when it stops), and a route /orders whose requests become records of the topic
        "orders". The settings are those of `sluice run`; without `database` or `declarative_config` the
        configuration is kept in memory too, and may be edited through the Admin API.

        \(SettingsHelp.text)
        """
    }

    static func run(_ arguments: [String]) async -> Int32 {
        var settings: Settings
        let cluster: DevelopmentCluster
        do {
            var parsed = try Arguments(arguments)
            if parsed.asksForHelp { return showHelp() }
            let file = parsed.take("config")
            if let word = parsed.words.first { throw UsageError("'\(word)' is one word too many") }
            settings = try SettingsLoader.load(
                file: file, environment: CurrentProcess.environment, flags: parsed.flags)
            if settings["declarative_config"].isEmpty, settings["database"] == "off" {
                throw SettingsError("database: quickstart needs entities that can be written; leave database unset")
            }
            settings.keepsDatabaseInMemory = !settings.isGiven("database") && !settings.isGiven("data_dir")
            // The screen is for the three commands; what goes wrong is still told.
            settings.setDefault("log_level", "warn")
            cluster = try DevelopmentCluster()
            try cluster.createTopic(Sample.topic, partitions: 3)
        } catch let error as UsageError { return refuse(error) } catch { return fail(error) }
        return await RunCommand.start(settings) { node in
            if node.settings.usesDatabase { try await Sample.write(to: node, brokers: cluster.bootstrapServers) }
            // The closure keeps the cluster until the node has stopped.
            StandardStream.output.write(
                Sample.screen(node.addresses, bootstrapServers: cluster.bootstrapServers.joined(separator: ",")))
        }
    }
}

/// The sample that quickstart begins with.
private enum Sample {
    static let topic = "orders"
    private static let pluginID = "5a9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63"

    static func write(to node: Node, brokers: [String]) async throws {
        let schema = node.schema
        guard let services = schema.definition("services"), let routes = schema.definition("routes"),
            let plugins = schema.definition("plugins")
        else { preconditionFailure("the schema has services, routes and plugins") }
        let service = try await node.service.upsert(
            services, key: "orders", ["host": "localhost", "port": 8080, "tags": ["sample"]])
        let route = try await node.service.upsert(
            routes, key: "orders",
            ["paths": ["/orders"], "service": ["id": .string(service.id)], "tags": ["sample"]])
        let servers = brokers.compactMap { broker -> JSONValue? in
            guard let colon = broker.lastIndex(of: ":"), let port = Int(broker[broker.index(after: colon)...]) else {
                return nil
            }
            return ["host": .string(String(broker[..<colon])), "port": .integer(port)]
        }
        _ = try await node.service.upsert(
            plugins, key: pluginID,
            [
                "name": "kafka-upstream", "instance_name": "orders", "route": ["id": .string(route.id)],
                "tags": ["sample"],
                "config": [
                    "bootstrap_servers": .array(servers), "cluster_name": "development", "topic": .string(topic),
                    "value_source": "body", "producer_async": false, "producer_request_acks": -1,
                    "return_metadata": true, "error_handling": ["return_error_message": true],
                ],
            ])
    }

    static func screen(_ addresses: NodeAddresses, bootstrapServers: String) -> String {
        let proxy = addresses.proxy.first { !$0.usesTLS }.map { reachable("\($0.address)") }
        let admin = addresses.admin.first { !$0.usesTLS }.map { reachable("\($0.address)") }
        var lines = [
            "Sluice \(SluiceVersion.text) with a development cluster: in memory, it forgets all when it stops.", "",
        ]
        for (listener, address) in addresses.all {
            lines.append(
                "  \(listener)\(String(repeating: " ", count: 10 - listener.count))\(address.scheme)://\(address.address)"
            )
        }
        lines += ["  kafka     \(bootstrapServers)", ""]
        if let proxy {
            lines += [
                "Post an order:",
                "  curl -i -X POST \(proxy)/orders -H 'Content-Type: application/json' -d '{\"id\": 1, \"item\": \"tea\"}'",
            ]
        }
        lines += ["Read it back:", "  kcat -b \(bootstrapServers) -C -t orders -e"]
        if let admin { lines += ["List the plugins:", "  curl -s \(admin)/plugins"] }
        return lines.joined(separator: "\n") + "\n\nStop with Ctrl-C.\n"
    }

    /// Every address means this machine to somebody who tries it here.
    private static func reachable(_ address: String) -> String {
        "http://" + (address.hasPrefix("0.0.0.0:") ? "127.0.0.1" + address.dropFirst(7) : address)
    }
}
