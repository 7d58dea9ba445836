package import Observability

/// What the plugin `prometheus` has counted.
package protocol RequestMetrics: Sendable {
    /// Whether a configuration asks for the health of upstreams' targets.
    var tellsUpstreamHealth: Bool { get }

    func write(to metrics: inout MetricsText)
}

/// There is no such plugin.
package struct NoRequestMetrics: RequestMetrics {
    package init() {}

    package var tellsUpstreamHealth: Bool { false }
    package func write(to metrics: inout MetricsText) {}
}
