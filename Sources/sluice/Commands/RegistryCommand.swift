import Observability
import System

/// `sluice registry`.
enum RegistryCommand: Command {
    static let name = "registry"
    static let summary = "Runs a schema registry by itself, which Confluent's clients can use"
    static let help = """
        Usage: sluice registry [--listen ADDRESS] [--data-dir FOLDER | --in-memory] [--config FILE] [--SETTING VALUE]...

        Runs a schema registry (Avro, JSON Schema, Protobuf) with the REST interface of Confluent's until it gets
        SIGTERM or SIGINT. A node has the same registry inside it by the setting registry_listen.

          --listen ADDRESS   where it listens (127.0.0.1:8081); flags such as ssl may follow in the same argument
          --data-dir FOLDER  where registry.db is kept (sluice-data)
          --in-memory        keeps nothing: all is forgotten at the end
          --registry-topic TOPIC --registry-bootstrap-servers HOST:PORT,...
                             keeps it in a compacted topic instead, which several registries share

        Whoever reaches it may change it: it has no users of its own. Let it listen on addresses that only trusted
        clients reach, or with ssl and nginx_admin_ssl_verify_client, which then holds for it.

        Other settings of `sluice run` that make sense for it are understood too, such as --log-level, --stop-timeout,
        --admin-ssl-cert and --admin-ssl-cert-key; SIGHUP reads the certificates again.

        """

    static func run(_ arguments: [String]) async -> Int32 {
        let settings: Settings
        do {
            var parsed = try Arguments(arguments, switches: ["in_memory"])
            if parsed.asksForHelp { return showHelp() }
            settings = try read(&parsed, environment: CurrentProcess.environment)
        } catch let error as UsageError { return refuse(error) } catch { return fail(error) }
        _ = CurrentProcess.raiseDescriptorLimit()
        let logger = Logger(
            level: settings.logLevel, format: settings.logFormat,
            hasColours: settings.logFormat == .text && StandardStream.error.isTerminal)
        do { return try await RegistryNode(settings: settings, logger: logger).serve() } catch {
            logger.close()
            return fail(error)
        }
    }

    static func read(_ parsed: inout Arguments, environment: [String: String]) throws -> Settings {
        let file = parsed.take("config")
        let listen = parsed.take("listen")
        let isInMemory = parsed.take("in_memory") != nil
        if let word = parsed.words.first { throw UsageError("'\(word)' is one word too many") }
        let flags = parsed.flags + (listen.map { [("registry_listen", $0)] } ?? [])
        var settings = try SettingsLoader.load(file: file, environment: environment, flags: flags)
        _ = try settings.registryCluster()
        if isInMemory, parsed.flags.contains(where: { $0.name == "data_dir" }) {
            throw UsageError("--in-memory and --data-dir exclude each other")
        }
        settings.keepsDatabaseInMemory = isInMemory
        settings.setDefault("registry_listen", "127.0.0.1:8081")
        guard try !settings.listeners("registry_listen").isEmpty else {
            throw UsageError("the registry has no address to listen on")
        }
        return settings
    }
}
