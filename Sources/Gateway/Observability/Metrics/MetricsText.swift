internal import Bytes

/// Metrics as Prometheus reads them: its text format, version 0.0.4. Families come in the order in which they are added,
/// series in that of their labels.
package struct MetricsText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What has been added.
    package private(set) var bytes: [UInt8] = []
    /// Series that were too many for their families.
    package private(set) var leftOut = 0
    private let maximumSeries: Int
    private var names: Set<String> = []

    /// - Parameter maximumSeries: Of one family; further ones are left out and counted.
    package init(maximumSeries: Int = 20_000) { self.maximumSeries = maximumSeries }

    /// Numbers that only grow.
    package mutating func counter(_ name: String, _ help: String, _ fill: (inout MetricFamily) throws -> Void) rethrows
    {
        try add(name, .counter, help, fill)
    }

    /// Numbers that go up and down.
    package mutating func gauge(_ name: String, _ help: String, _ fill: (inout MetricFamily) throws -> Void) rethrows {
        try add(name, .gauge, help, fill)
    }

    package mutating func histogram(
        _ name: String, _ help: String, _ fill: (inout MetricFamily) throws -> Void
    ) rethrows {
        try add(name, .histogram, help, fill)
    }

    private mutating func add(
        _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ fill: (inout MetricFamily) throws -> Void
    ) rethrows {
        precondition(Self.isName(name), "\(name) is no name of a metric")
        precondition(names.insert(name).inserted, "\(name) is there already")
        var family = MetricFamily(kind, maximumSeries: maximumSeries)
        try fill(&family)
        leftOut += family.leftOut
        // A family without a series says nothing.
        if family.isEmpty { return }
        bytes.append("# HELP ")
        bytes.append(name)
        bytes.append(" ")
        Self.append(help, escapesQuotes: false, to: &bytes)
        bytes.append("\n# TYPE ")
        bytes.append(name)
        bytes.append(" ")
        bytes.append(kind.rawValue)
        bytes.append("\n")
        family.write(name, to: &bytes)
    }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
        }
    }

    /// Text in which a line break cannot begin another line, nor a quote end a label's value.
    static func append(_ text: String, escapesQuotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append("\\\\" as StaticString)
            case UInt8(ascii: "\n"): bytes.append("\\n" as StaticString)
            case UInt8(ascii: "\"") where escapesQuotes: bytes.append("\\\"" as StaticString)
            default: bytes.append(byte)
            }
        }
    }
}
