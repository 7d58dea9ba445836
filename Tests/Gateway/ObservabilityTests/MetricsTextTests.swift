import Counting
import Testing

@testable import Observability

@Suite("Metrics as text")
struct MetricsTextTests {
    private static func text(_ fill: (inout MetricsText) -> Void) -> String {
        var metrics = MetricsText()
        fill(&metrics)
        return String(decoding: metrics.bytes, as: UTF8.self)
    }

    @Test("a family has its help and type before its series, which are in the order of their labels")
    func order() {
        let text = Self.text { metrics in
            metrics.counter("requests_total", "All of them.") { family in
                family.add(3, ["code": "500", "route": "b"])
                family.add(2, ["code": "200", "route": "b"])
                family.add(1, ["code": "200", "route": "a"])
            }
            metrics.gauge("age_seconds", "Since then.") { $0.add(0.25) }
        }
        #expect(
            text == """
                # HELP requests_total All of them.
                # TYPE requests_total counter
                requests_total{code="200",route="a"} 1
                requests_total{code="200",route="b"} 2
                requests_total{code="500",route="b"} 3
                # HELP age_seconds Since then.
                # TYPE age_seconds gauge
                age_seconds 0.25

                """)
    }

    @Test("what would end a label's value or a line is escaped")
    func escaping() {
        let text = Self.text { metrics in
            metrics.gauge("g", "a \"b\" \\ c\nd") { $0.add(7, ["route": "x\"} 1\ny\\z", "other": "ü{},"]) }
        }
        #expect(
            text == #"""
                # HELP g a "b" \\ c\nd
                # TYPE g gauge
                g{route="x\"} 1\ny\\z",other="ü{},"} 7

                """#)
    }

    @Test("a histogram's buckets count what is below, in the unit that is told")
    func histogram() {
        let observed = Histogram(Histogram.Bounds([1, 2_500, 10_000]))
        for value in [0, 1, 2, 2_500, 9_999, 20_000] { observed.observe(value) }
        let text = Self.text { metrics in
            metrics.histogram("d_seconds", "Times.") { $0.add(observed.reading, ["a": "b"], unit: 1_000) }
            metrics.histogram("d_ms", "Times.") { $0.add(observed.reading) }
        }
        #expect(
            text == """
                # HELP d_seconds Times.
                # TYPE d_seconds histogram
                d_seconds_bucket{a="b",le="0.001"} 2
                d_seconds_bucket{a="b",le="2.5"} 4
                d_seconds_bucket{a="b",le="10"} 5
                d_seconds_bucket{a="b",le="+Inf"} 6
                d_seconds_sum{a="b"} 32.502
                d_seconds_count{a="b"} 6
                # HELP d_ms Times.
                # TYPE d_ms histogram
                d_ms_bucket{le="1"} 2
                d_ms_bucket{le="2500"} 4
                d_ms_bucket{le="10000"} 5
                d_ms_bucket{le="+Inf"} 6
                d_ms_sum 32502
                d_ms_count 6

                """)
    }

    @Test("a series is there once, however often it is added")
    func twice() {
        let observed = Histogram(Histogram.Bounds([1]))
        observed.observe(1)
        let text = Self.text { metrics in
            metrics.counter("c_total", "c") { family in
                family.add(2, ["a": "1"])
                family.add(3, ["a": "1"])
                family.add(0.5, ["a": "1"])
            }
            metrics.gauge("g", "g") { family in
                family.add(2)
                family.add(5)
                family.add(3)
            }
            metrics.histogram("h", "h") { family in
                family.add(observed.reading)
                family.add(observed.reading)
            }
        }
        #expect(text.contains("c_total{a=\"1\"} 5.5\n"))
        #expect(text.contains("\ng 5\n"))
        #expect(text.contains("h_count 2\n"))
        #expect(text.split(separator: "\n").count == 2 + 1 + 2 + 1 + 2 + 4)
    }

    @Test("series beyond the bound are left out and counted; known ones go on")
    func bound() {
        var metrics = MetricsText(maximumSeries: 2)
        metrics.counter("c_total", "c") { family in
            for number in 0..<5 { family.add(1, ["n": "\(number)"]) }
            family.add(41, ["n": "1"])
        }
        let text = String(decoding: metrics.bytes, as: UTF8.self)
        #expect(metrics.leftOut == 3)
        #expect(text.hasSuffix("c_total{n=\"0\"} 1\nc_total{n=\"1\"} 42\n"))
    }

    @Test("numbers that are none have Prometheus's names")
    func numbers() {
        let text = Self.text { metrics in
            metrics.gauge("g", "g") { family in
                family.add(Double.infinity, ["n": "1"])
                family.add(-Double.infinity, ["n": "2"])
                family.add(Double.nan, ["n": "3"])
                family.add(1e-7, ["n": "4"])
                family.add(3.0, ["n": "5"])
            }
        }
        #expect(
            text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ")[1] } == [
                "+Inf", "-Inf", "NaN", "1e-07", "3",
            ])
    }

    @Test("a family without series is not told")
    func empty() { #expect(Self.text { $0.counter("c_total", "c") { _ in } }.isEmpty) }

    @Test("names", arguments: [("a_b9", true), ("", false), ("9a", false), ("a-b", false), ("ä", false), ("A", true)])
    func names(name: String, isName: Bool) { #expect(MetricsText.isName(name) == isName) }
}
