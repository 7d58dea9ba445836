internal import Bytes
package import Counting

/// The series of one metric. One that is added twice is there once: counters and histograms add up, of gauges the larger
/// number counts.
package struct MetricFamily {
    enum Kind: String {
        case counter, gauge, histogram
    }

    package typealias Labels = KeyValuePairs<StaticString, String>

    private enum Value {
        case integer(Int)
        case number(Double)
        case histogram(HistogramReading, unit: Int)
    }

    private let kind: Kind
    private let maximumSeries: Int
    private var series: [(labels: [UInt8], value: Value)] = []
    private var places: [[UInt8]: Int] = [:]
    private(set) var leftOut = 0

    init(_ kind: Kind, maximumSeries: Int) {
        self.kind = kind
        self.maximumSeries = maximumSeries
    }

    var isEmpty: Bool { series.isEmpty }

    package mutating func add(_ value: Int, _ labels: Labels = [:]) {
        precondition(kind != .histogram)
        guard let place = place(labels, .integer(value)) else { return }
        guard case .integer(let known) = series[place].value else { return add(Double(value), labels) }
        series[place].value = .integer(kind == .counter ? known &+ value : max(known, value))
    }

    package mutating func add(_ value: Double, _ labels: Labels = [:]) {
        precondition(kind != .histogram)
        guard let place = place(labels, .number(value)) else { return }
        let known: Double =
            switch series[place].value {
            case .integer(let number): Double(number)
            case .number(let number): number
            case .histogram: 0
            }
        series[place].value = .number(kind == .counter ? known + value : max(known, value))
    }

    /// - Parameter unit: How many of what was observed make one of what is told: 1000 for milliseconds told as seconds.
    package mutating func add(_ reading: HistogramReading, _ labels: Labels = [:], unit: Int = 1) {
        precondition(kind == .histogram)
        guard let place = place(labels, .histogram(reading, unit: unit)),
            case .histogram(var known, unit) = series[place].value
        else { return }
        known.add(reading)
        series[place].value = .histogram(known, unit: unit)
    }

    /// Where the series is that these labels name; nil when it is new, and then added, or one too many.
    private mutating func place(_ labels: Labels, _ value: Value) -> Int? {
        var text: [UInt8] = []
        for (name, value) in labels {
            if !text.isEmpty { text.append(",") }
            text.append(name)
            text.append("=\"")
            MetricsText.append(value, escapesQuotes: true, to: &text)
            text.append("\"")
        }
        if let known = places[text] { return known }
        if series.count >= maximumSeries {
            leftOut += 1
            return nil
        }
        places[text] = series.count
        series.append((text, value))
        return nil
    }

    // MARK: - Text

    func write(_ name: String, to bytes: inout [UInt8]) {
        for (labels, value) in series.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
            switch value {
            case .integer(let number): Self.write(name, labels, Self.text(number), to: &bytes)
            case .number(let number): Self.write(name, labels, Self.text(number), to: &bytes)
            case .histogram(let reading, let unit): Self.write(name, labels, reading, unit, to: &bytes)
            }
        }
    }

    private static func write(_ name: String, _ labels: [UInt8], _ value: String, to bytes: inout [UInt8]) {
        bytes.append(name)
        if !labels.isEmpty {
            bytes.append("{")
            bytes.append(labels.span)
            bytes.append("}")
        }
        bytes.append(" ")
        bytes.append(value)
        bytes.append("\n")
    }

    private static func write(
        _ name: String, _ labels: [UInt8], _ reading: HistogramReading, _ unit: Int, to bytes: inout [UInt8]
    ) {
        var count = 0
        for (place, observed) in reading.counts.enumerated() {
            count += observed
            let isLast = place == reading.bounds.count
            let bound = isLast ? "+Inf" : text(reading.bounds[place], unit)
            var own = labels
            if !own.isEmpty { own.append(",") }
            own.append("le=\"\(bound)\"")
            write(name + "_bucket", own, text(count), to: &bytes)
        }
        write(name + "_sum", labels, text(reading.sum, unit), to: &bytes)
        write(name + "_count", labels, text(count), to: &bytes)
    }

    private static func text(_ number: Int) -> String { String(number) }

    private static func text(_ number: Int, _ unit: Int) -> String {
        unit == 1 ? text(number) : text(Double(number) / Double(unit))
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
