// swift-tools-version: 6.2
// The map of the house: floors from top to ground, one line a room. Imports go down only.
import PackageDescription

/// Only `scripts/fuzz` sets this: then every room tells libFuzzer where an input leads, and watches its memory.
let isFuzzing = Context.environment["SLUICE_FUZZING"] != nil
let fuzzingFlags = ["-sanitize=fuzzer,address"]

/// Set to build the benchmarks of single codecs. What they measure only this package sees, so they are part of it:
/// `SLUICE_BENCHMARKS=1 swift run -c release --scratch-path .build-bench codec-benchmark`
let isBenchmarking = Context.environment["SLUICE_BENCHMARKS"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ] + (isFuzzing ? [.unsafeFlags(fuzzingFlags)] : [])

/// Each use of a class's property would otherwise be written down while it lasts: 8 % of what a request costs by HTTP/2.
/// Debug builds, which all tests run on, watch; a release build of these floors trusts that they have seen all.
let unwatched: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// A room that wraps no C library holds no pointer: what is unsafe there fails the build.
let safe: [SwiftSetting] = [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

enum Floor: String {
    case management = "Management", gateway = "Gateway", schemas = "Schemas", messaging = "Messaging"
    case network = "Network", base = "Base"

    /// Whether each request passes it.
    var isHot: Bool { self == .gateway || self == .network || self == .base }
}

/// A room: its target and the tests that mirror it.
///
/// - Parameter resources: Files that are built into the program.
func room(
    _ name: String, on floor: Floor, uses: [String] = [], owns: [String] = [], resources: [Resource] = [],
    tests: [String]? = nil
) -> [Target] {
    let target = Target.target(
        name: name, dependencies: (uses + owns).map { .byName(name: $0) }, path: "Sources/\(floor.rawValue)/\(name)",
        resources: resources,
        swiftSettings: settings + (owns.isEmpty ? safe : []) + (floor.isHot ? unwatched : []))
    guard let tests else { return [target] }
    return [
        target,
        .testTarget(
            name: "\(name)Tests", dependencies: ([name] + uses + tests).map { .byName(name: $0) },
            path: "Tests/\(floor.rawValue)/\(name)Tests", swiftSettings: settings),
    ]
}

func library(_ name: String, pkgConfig: String, apt: String, brew: String) -> [Target] {
    [
        .systemLibrary(
            name: name, path: "Sources/SystemLibraries/\(name)", pkgConfig: pkgConfig,
            providers: [.apt([apt]), .brew([brew])])
    ]
}

/// A program that libFuzzer feeds, with its corpus and dictionary beside it.
func fuzzing(_ name: String, uses: [String]) -> [Target] {
    guard isFuzzing else { return [] }
    return [
        .executableTarget(
            name: name, dependencies: (uses + ["CFuzzer"]).map { .byName(name: $0) }, path: "Fuzzing/\(name)",
            exclude: ["corpus", "dictionary.txt"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(fuzzingFlags + ["-use-ld=lld"])])
    ]
}

let everyRoom = [
    "AdminAPI", "Console", "RegistryAPI", "WebApplication", "Plugins", "ReportingPlugins", "KafkaKit", "LogKit",
    "ScriptKit", "Delivery", "DataPlane", "PluginKit", "GatewayStore", "GatewayModel", "Observability", "Scripting",
    "RegistryStore", "SchemaRegistry", "SchemaLanguages", "Avro", "JSONSchema", "Protobuf", "Kafka", "HTTPClient",
    "HTTPUpstream", "HTTPServer", "HTTP2", "Names", "TLS", "EventLoop", "Bytes", "JSON", "YAML", "RegularExpression",
    "SQLite", "Cryptography", "System", "Counting",
]

let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    targets: [
        [
            .executableTarget(
                name: "sluice", dependencies: everyRoom.map { .byName(name: $0) }, swiftSettings: settings + safe)
        ],
        // Management
        room(
            "AdminAPI", on: .management,
            uses: [
                "WebApplication", "GatewayModel", "GatewayStore", "Observability", "SchemaRegistry", "Kafka",
                "HTTPServer", "JSON",
                "YAML", "Cryptography", "System", "Bytes",
            ], tests: ["Plugins", "Counting", "EventLoop", "TestClient"]),
        room(
            "Console", on: .management,
            uses: [
                "AdminAPI", "WebApplication", "GatewayModel", "GatewayStore", "Observability", "Kafka", "HTTPServer",
                "JSON",
                "Counting", "System",
            ],
            resources: [
                .embedInCode("Resources/console.html"), .embedInCode("Resources/console.css"),
                .embedInCode("Resources/console.js"),
            ],
            tests: ["EventLoop", "TestClient"]),
        room(
            "RegistryAPI", on: .management,
            uses: [
                "WebApplication", "RegistryStore", "SchemaLanguages", "Observability", "HTTPServer", "JSON", "Bytes",
            ],
            tests: ["EventLoop", "TestClient", "TestBrokers"]),
        room(
            "WebApplication", on: .management, uses: ["Observability", "HTTPServer", "EventLoop", "JSON", "Bytes"],
            tests: []),
        // Gateway
        room(
            "Plugins", on: .gateway,
            uses: [
                "ReportingPlugins", "KafkaKit", "LogKit", "ScriptKit", "Delivery", "PluginKit", "GatewayModel",
                "Observability", "Scripting", "SchemaRegistry", "Kafka", "HTTPServer", "EventLoop", "JSON",
                "RegularExpression", "Cryptography", "System", "Bytes",
            ], tests: ["TestPlugins", "TestGateway", "TestClient", "TestRandom"]),
        room(
            "ReportingPlugins", on: .gateway,
            uses: [
                "KafkaKit", "LogKit", "Delivery", "PluginKit", "GatewayModel", "Observability", "SchemaRegistry",
                "SchemaLanguages", "Kafka", "HTTPServer", "TLS", "EventLoop", "JSON", "Cryptography", "System",
                "Counting", "Bytes",
            ], tests: ["TestPlugins", "TestGateway", "TestBrokers", "TestClient", "TestRandom"]),
        room(
            "KafkaKit", on: .gateway,
            uses: [
                "PluginKit", "GatewayModel", "Observability", "SchemaRegistry", "SchemaLanguages", "Kafka",
                "HTTPServer", "JSON", "Bytes",
            ], tests: ["TestPlugins"]),
        room(
            "LogKit", on: .gateway,
            uses: [
                "ScriptKit", "PluginKit", "GatewayModel", "Observability", "Scripting", "HTTPServer", "TLS",
                "EventLoop", "JSON", "Cryptography", "System", "Bytes",
            ], tests: ["TestPlugins", "TestGateway", "TestBrokers", "TestClient", "TestCertificates"]),
        room(
            "ScriptKit", on: .gateway,
            uses: [
                "PluginKit", "GatewayModel", "Observability", "Scripting", "HTTPServer", "EventLoop", "JSON", "System",
                "Bytes",
            ], tests: ["TestPlugins"]),
        room(
            "Delivery", on: .gateway,
            uses: [
                "PluginKit", "GatewayModel", "Observability", "HTTPClient", "EventLoop", "JSON", "System", "Bytes",
            ], tests: ["TestPlugins", "TestBrokers"]),
        room(
            "DataPlane", on: .gateway,
            uses: [
                "PluginKit", "GatewayModel", "Observability", "HTTPUpstream", "HTTPServer", "Names", "TLS", "EventLoop",
                "JSON", "RegularExpression", "Cryptography", "System", "Bytes",
            ], tests: ["Counting", "TestGateway", "TestBrokers", "TestClient", "TestCertificates", "TestRandom"]),
        room(
            "PluginKit", on: .gateway,
            uses: ["GatewayModel", "Observability", "HTTPServer", "EventLoop", "JSON", "System", "Bytes"], tests: []),
        room(
            "GatewayStore", on: .gateway, uses: ["GatewayModel", "Observability", "JSON", "YAML", "SQLite", "System"],
            tests: ["Bytes"]),
        room(
            "GatewayModel", on: .gateway, uses: ["JSON", "YAML", "Cryptography", "RegularExpression", "Bytes"],
            tests: ["TestRandom"]),
        room("Observability", on: .gateway, uses: ["JSON", "System", "Counting", "Bytes"], tests: []),
        room("Scripting", on: .gateway, uses: ["JSON", "Bytes"], owns: ["CLua"], tests: []),
        // Schemas
        room("Avro", on: .schemas, uses: ["JSON", "Cryptography", "Bytes"], tests: ["TestBrokers", "TestRandom"]),
        room(
            "JSONSchema", on: .schemas, uses: ["JSON", "RegularExpression", "Bytes"], tests: ["TestBrokers"]),
        room(
            "RegistryStore", on: .schemas,
            uses: ["SchemaLanguages", "Kafka", "SQLite", "JSON", "System", "Cryptography", "Bytes"],
            tests: ["TestBrokers", "TestClient"]),
        room("SchemaLanguages", on: .schemas, uses: ["Avro", "JSONSchema", "Protobuf", "JSON", "Bytes"], tests: []),
        room(
            "SchemaRegistry", on: .schemas,
            uses: ["SchemaLanguages", "HTTPClient", "JSON", "Cryptography", "System", "Bytes"],
            tests: ["EventLoop", "TestClient"]),
        room(
            "Protobuf", on: .schemas, uses: ["JSON", "Bytes"], owns: ["CProtobuf"],
            tests: ["TestBrokers", "TestRandom"]),
        // Messaging
        room(
            "Kafka", on: .messaging, uses: ["EventLoop", "JSON", "System", "Counting", "Bytes"], owns: ["CLibrdkafka"],
            tests: ["TestBrokers", "TestClient", "TestProcesses", "CLibrdkafka"]),
        // Network
        room(
            "HTTPServer", on: .network, uses: ["HTTP2", "TLS", "EventLoop", "System", "Bytes"],
            tests: ["TestBrokers", "TestClient", "TestCertificates", "TestProcesses", "TestRandom", "HTTPReading"]),
        room(
            "HTTPClient", on: .network, uses: ["EventLoop", "System"], owns: ["CCurl"],
            tests: ["TestClient", "TestCertificates", "TestProcesses"]),
        room(
            "HTTPUpstream", on: .network, uses: ["HTTPServer", "HTTP2", "TLS", "EventLoop", "Bytes"],
            tests: ["TestBrokers", "HTTPReading"]),
        room("HTTP2", on: .network, uses: ["Bytes"], owns: ["CNghttp2"], tests: []),
        room(
            "Names", on: .network, uses: ["EventLoop", "System", "Bytes"], owns: ["CCares"],
            tests: ["TestNames", "TestRandom"]),
        room("TLS", on: .network, uses: ["EventLoop", "Bytes"], owns: ["COpenSSL"], tests: ["TestCertificates"]),
        room("EventLoop", on: .network, uses: ["Bytes"], owns: ["CLibuv"], tests: ["CLibuv"]),
        // Base
        room("JSON", on: .base, uses: ["Bytes"], owns: ["CSimdjson"], tests: ["TestRandom"]),
        room("YAML", on: .base, uses: ["JSON", "Bytes"], owns: ["CLibyaml"], tests: ["TestRandom"]),
        room("RegularExpression", on: .base, uses: ["Bytes"], owns: ["CPCRE2"], tests: []),
        room("SQLite", on: .base, owns: ["CSQLite"], tests: []),
        room("Cryptography", on: .base, uses: ["Bytes"], owns: ["COpenSSL"], tests: ["TestRandom"]),
        room("System", on: .base, owns: ["CPOSIX"], tests: []),
        room("Counting", on: .base, tests: []),
        room("Bytes", on: .base, tests: ["TestRandom"]),
        // SystemLibraries
        library("CLibuv", pkgConfig: "libuv", apt: "libuv1-dev", brew: "libuv"),
        library("CNghttp2", pkgConfig: "libnghttp2", apt: "libnghttp2-dev", brew: "libnghttp2"),
        library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev", brew: "curl"),
        library("CCares", pkgConfig: "libcares", apt: "libc-ares-dev", brew: "c-ares"),
        library("CLibrdkafka", pkgConfig: "rdkafka", apt: "librdkafka-dev", brew: "librdkafka"),
        library("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev", brew: "openssl@3"),
        library("CPCRE2", pkgConfig: "libpcre2-8", apt: "libpcre2-dev", brew: "pcre2"),
        library("CLibyaml", pkgConfig: "yaml-0.1", apt: "libyaml-dev", brew: "libyaml"),
        library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
        [.systemLibrary(name: "CPOSIX", path: "Sources/SystemLibraries/CPOSIX")],
        [
            // C++, so a small target of its own: simdjson's document as two pointers.
            .target(
                name: "CSimdjson", path: "Sources/SystemLibraries/CSimdjson",
                linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("m")])
        ],
        [
            // Google's parser of .proto files and checker of definitions, as tables of plain rows.
            .target(
                name: "CProtobuf", path: "Sources/SystemLibraries/CProtobuf",
                linkerSettings: [.linkedLibrary("protobuf")])
        ],
        [
            // Lua raises by longjmp, which must not pass a frame of Swift: all that can raise is within this C.
            .target(
                name: "CLua", path: "Sources/SystemLibraries/CLua",
                cSettings: [.define("_GNU_SOURCE")],
                linkerSettings: [.linkedLibrary("lua5.1"), .linkedLibrary("m")])
        ],
        // Real brokers and independent clients for tests, and the whole gateway as its users meet it.
        [
            .target(name: "TestRandom", path: "Tests/Support/TestRandom", swiftSettings: settings),
            .systemLibrary(name: "CSpawn", path: "Tests/Support/CSpawn"),
            .target(
                name: "TestProcesses", dependencies: ["CSpawn"], path: "Tests/Support/TestProcesses",
                swiftSettings: settings),
            .target(
                name: "TestCertificates", dependencies: ["TestProcesses"], path: "Tests/Support/TestCertificates",
                swiftSettings: settings),
            .target(name: "TestClient", path: "Tests/Support/TestClient", swiftSettings: settings),
            .target(
                name: "HTTPReading", dependencies: ["HTTPUpstream", "HTTPServer", "Bytes"],
                path: "Tests/Support/HTTPReading", swiftSettings: settings + safe),
            .target(
                name: "TestGateway",
                dependencies: [
                    "DataPlane", "PluginKit", "GatewayModel", "Observability", "HTTPUpstream", "HTTPServer", "Names",
                    "TLS", "EventLoop", "JSON", "TestClient",
                ], path: "Tests/Support/TestGateway", swiftSettings: settings),
            .target(
                name: "TestPlugins",
                dependencies: [
                    "Plugins", "ReportingPlugins", "KafkaKit", "LogKit", "Delivery", "PluginKit", "GatewayModel",
                    "Observability", "SchemaRegistry", "Kafka", "HTTPServer", "HTTPClient", "EventLoop", "JSON",
                    "Bytes", "TestGateway", "TestClient",
                ], path: "Tests/Support/TestPlugins", swiftSettings: settings),
            .target(
                name: "TestNames", dependencies: ["EventLoop"], path: "Tests/Support/TestNames",
                swiftSettings: settings),
            .target(
                name: "TestBrokers", dependencies: ["TestProcesses"], path: "Tests/Support/TestBrokers",
                swiftSettings: settings),
            .testTarget(
                name: "SluiceTests", dependencies: (["sluice"] + everyRoom).map { .byName(name: $0) },
                path: "Tests/SluiceTests", swiftSettings: settings),
            .testTarget(
                name: "EndToEndTests",
                dependencies: ([
                    "sluice", "TestBrokers", "TestCertificates", "TestClient", "TestNames", "TestProcesses",
                ] + everyRoom).map {
                    .byName(name: $0)
                },
                path: "Tests/EndToEndTests", swiftSettings: settings),
        ],
        // Benchmarks
        isBenchmarking
            ? [
                .executableTarget(
                    name: "codec-benchmark", dependencies: ["Avro", "JSONSchema", "JSON", "Bytes"],
                    path: "Benchmarks/CodecBenchmark",
                    swiftSettings: settings)
            ] : [],
        // Fuzzing
        isFuzzing ? [.systemLibrary(name: "CFuzzer", path: "Fuzzing/CFuzzer")] : [],
        fuzzing("HTTPAnswer", uses: ["HTTPReading", "HTTPServer", "Bytes"]),
        fuzzing("HTTPEntrance", uses: ["HTTPReading", "HTTPServer", "Bytes"]),
        fuzzing("AdminForm", uses: ["GatewayModel", "Plugins", "JSON", "Bytes"]),
        fuzzing("AvroSchema", uses: ["Avro", "JSON", "Bytes"]),
        fuzzing("AvroDecoder", uses: ["Avro", "JSON", "Bytes"]),
        fuzzing("JSONSchemaText", uses: ["JSONSchema", "JSON", "Bytes"]),
        fuzzing("JSONSchemaValue", uses: ["JSONSchema", "JSON", "Bytes"]),
        fuzzing("ProtobufSchema", uses: ["Protobuf"]),
        fuzzing("ProtobufDecoder", uses: ["Protobuf", "JSON"]),
        fuzzing("TraceHeaders", uses: ["ReportingPlugins", "PluginKit", "HTTPServer", "Bytes"]),
        fuzzing("DeclarativeFile", uses: ["GatewayModel", "Plugins", "JSON", "YAML", "Bytes"]),
    ].flatMap { $0 },
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
