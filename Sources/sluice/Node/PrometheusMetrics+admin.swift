internal import AdminAPI
package import ReportingPlugins

/// What `prometheus` has counted, for `/metrics`.
extension PrometheusMetrics: RequestMetrics {}
