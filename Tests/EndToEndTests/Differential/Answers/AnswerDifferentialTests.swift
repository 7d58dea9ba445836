import TestBrokers
import TestClient
import Testing

@Suite(
    "Answers by Sluice and by nginx", .serialized,
    .enabled(if: TestEnvironment.nginx != nil, Comment(rawValue: TestEnvironment.needsNginx)))
struct AnswerDifferentialTests {
    @Test("a client gets what the service meant, or an error; the next one what it asked for", arguments: OddAnswer.all)
    func answers(_ odd: OddAnswer) async throws {
        let rig = try await AnswerRig.shared()
        #expect(odd.sluice != .anything)
        for (door, expected) in [(AnswerRig.Door.sluice, odd.sluice), (.nginx, odd.nginx)] {
            let received = try await rig.ask(odd, by: door)
            let answers = ReadAnswer.all(in: received.first, methods: [odd.method])
            let other = ReadAnswer.all(in: received.second)
            #expect(other.count == 1, "\(door): \(other)")
            if let answer = other.first { Self.expectOwn(answer, "/own/other", door, odd) }
            if expected == .anything { continue }
            #expect(Self.view(answers.first, of: odd) == expected, "\(door): \(answers)")
            // The client's second request, if its connection was still there.
            #expect(answers.count <= 2, "\(door): \(answers)")
            if answers.count == 2 { Self.expectOwn(answers[1], "/own/second", door, odd) }
        }
    }

    private static func expectOwn(_ answer: ReadAnswer, _ body: String, _ door: AnswerRig.Door, _ odd: OddAnswer) {
        // nginx does not try again by another connection when the service is about to close the one that was kept.
        if door == .nginx, odd.closes, answer.status == 502 { return }
        #expect(answer.status == 200 && answer.end == .whole && answer.body == body, "\(door): \(answer)")
    }

    private static func view(_ answer: ReadAnswer?, of odd: OddAnswer) -> OddAnswer.View {
        // It was cut before its head.
        guard let answer else { return .cut }
        if answer.status >= 500 { return answer.end == .whole ? .error : .anything }
        switch answer.end {
        case .whole: return answer.body == odd.body ? .body : .anything
        case .cut: return odd.body.hasPrefix(answer.body) ? .cut : .anything
        case .garbage: return .anything
        }
    }
}
