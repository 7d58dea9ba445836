import Testing

@testable import GatewayStore
