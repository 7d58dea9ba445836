internal import AdminAPI
package import Plugins

/// What `prometheus` has counted, for `/metrics`.
extension PrometheusMetrics: RequestMetrics {}
