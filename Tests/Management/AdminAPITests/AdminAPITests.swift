import Testing

@testable import AdminAPI
