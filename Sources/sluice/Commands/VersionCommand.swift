import Kafka
import System

/// `sluice version`.
enum VersionCommand: Command {
    static let name = "version"
    static let summary = "Shows the versions of Sluice and of the Kafka client library"
    static let help = """
        Usage: sluice version

        Shows the versions of Sluice and of the Kafka client library it runs with.

        """

    static func run(_ arguments: [String]) async -> Int32 {
        do throws(UsageError) {
            let parsed = try Arguments(arguments)
            if parsed.asksForHelp { return showHelp() }
            try parsed.requireNothingLeft()
        } catch { return refuse(error) }
        StandardStream.output.write("sluice \(SluiceVersion.text)\nlibrdkafka \(KafkaLibrary.version)\n")
        return 0
    }
}

/// The version of this build.
enum SluiceVersion {
    static let text = "0.1.0"
    /// The version of Kong's Admin API that clients may take this node for.
    static let kong = "3.9.1"
}
