import Testing

@testable import RegularExpression
