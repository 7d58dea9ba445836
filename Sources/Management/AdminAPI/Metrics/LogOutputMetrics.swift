internal import Observability

/// The files and servers that log plugins write to line by line.
struct LogOutputMetrics: Sendable {
    let outputs: [LogOutputFacts]

    func write(to metrics: inout MetricsText) {
        metrics.counter(
            "sluice_log_output_entries_total", "Log entries for a file or a socket that were written or dropped."
        ) { family in
            for output in outputs {
                family.add(output.written, ["destination": output.destination, "result": "written"])
                family.add(output.dropped, ["destination": output.destination, "result": "dropped"])
            }
        }
        metrics.gauge("sluice_log_output_queue_entries", "Log entries that wait or are under way.") { family in
            for output in outputs { family.add(output.waiting, ["destination": output.destination]) }
        }
    }
}
