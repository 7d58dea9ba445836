import Testing

@testable import WebApplication
