internal import HTTPServer
internal import PluginKit

/// What routes for gRPC ask of requests.
extension Gateway {
    /// A route for gRPC takes nothing else, as Kong says it.
    func refuseOtherThanGRPC(_ route: Snapshot.Route, _ exchange: inout Exchange, _ state: State) -> Progress? {
        guard ErrorResponse.isGRPC(exchange.request) else {
            return refuse(415, "Non-gRPC request matched gRPC route", &exchange, state)
        }
        if !exchange.request.isHTTP2 {
            exchange.response.setField("connection", "Upgrade" as StaticString)
            exchange.response.setField("upgrade", "HTTP/2" as StaticString)
            return refuse(426, "Please use HTTP2 protocol", &exchange, state)
        }
        if route.allowsHTTP || cameByTLS(exchange, state) { return nil }
        ErrorResponse.writeGRPC(.canceled, "gRPC request matched gRPCs route", to: &exchange)
        return complete(&exchange, state)
    }
}
