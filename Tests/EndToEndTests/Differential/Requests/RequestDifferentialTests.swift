import TestBrokers
import Testing

@Suite(
    "Requests by Sluice and by nginx", .serialized,
    .enabled(if: TestEnvironment.nginx != nil, Comment(rawValue: TestEnvironment.needsNginx)))
struct RequestDifferentialTests {
    /// What the two make of the same bytes.
    private static func agreement(_ nginx: [SeenRequest], _ sluice: [SeenRequest]) -> RequestCase.Agreement {
        let (isInNginx, isInSluice) = (isPart(sluice, of: nginx), isPart(nginx, of: sluice))
        if isInNginx && isInSluice { return .same }
        // A refusal may end the connection or not: what marks the end is then seen or not.
        if (nginx + sluice).allSatisfy({ $0.target == "/marker" && $0["request_body"].isEmpty }) { return .same }
        return isInNginx ? .sluiceRefuses : isInSluice ? .nginxRefuses : .differs
    }

    /// Whether all of these are there, in their order.
    private static func isPart(_ some: [SeenRequest], of all: [SeenRequest]) -> Bool {
        var left = all[...]
        for request in some {
            guard let place = left.firstIndex(where: { $0.isSameRequest(as: request) }) else { return false }
            left = left[(place + 1)...]
        }
        return true
    }

    @Test("both see the same in a client's bytes, or Sluice refuses", arguments: RequestCase.all)
    func directly(_ request: RequestCase) async throws {
        let rig = try await DifferentialRig.shared()
        let direct = try await rig.run(request.bytes, methods: request.methods, by: .origin)
        let through = try await rig.run(request.bytes, methods: request.methods, by: .sluice)

        let agreement = Self.agreement(direct.seen, through.seen)
        #expect(
            agreement == request.agreement,
            "nginx: \(direct.seen) \(direct.refused); by Sluice: \(through.seen) \(through.refused) \(through.answers)")
        Self.expectSound(through, request)
        #expect(through.answers.allSatisfy { $0.end == .whole || $0.end == .cut }, "\(through.answers)")
        for seen in through.seen { Self.expectIntermediary(seen) }
    }

    @Test("behind nginx nobody sees a request that the client has not sent", arguments: RequestCase.all)
    func behind(_ request: RequestCase) async throws {
        let rig = try await DifferentialRig.shared()
        let direct = try await rig.run(request.bytes, methods: request.methods, by: .origin)
        for door in [DifferentialRig.Door.edge, .streamingEdge] {
            let through = try await rig.run(request.bytes, methods: request.methods, by: door)
            #expect(Self.isPart(through.seen, of: direct.seen), "\(door): \(through.seen) of \(direct.seen)")
            Self.expectSound(through, request)
        }
    }

    /// Every request that was served has its answer, everything else an error, and the next client what it asked for.
    private static func expectSound(_ outcome: DifferentialRig.Outcome, _ request: RequestCase) {
        let served = outcome.answers.filter { $0.status == 200 && $0.end == .whole }
        #expect(served.count == outcome.seen.count, "\(outcome)")
        #expect(served.allSatisfy { $0.fields["x-origin"] != nil }, "\(outcome.answers)")
        #expect(outcome.other?.status == 200 && outcome.other?.body == "seen\n", "\(outcome)")
        #expect(outcome.otherSeen?.target == "/other" && outcome.otherSeen?["request_method"] == "GET", "\(outcome)")
        for seen in outcome.seen where seen.target != "/marker" {
            if request.isReadOtherwise {
                #expect(seen.decodedTargetPath != seen.path, "\(seen)")
                continue
            }
            // A path leads to one route, and the service reads the same path.
            let isGuarded = seen.path.starts(with: Array("/guarded".utf8))
            #expect(seen["http_x_route"] == (isGuarded ? "guarded" : "root"), "\(seen)")
            #expect(seen.decodedTargetPath == seen.path, "\(seen)")
        }
    }

    /// What an intermediary passes on (RFC 9110 §7.6.1).
    private static func expectIntermediary(_ seen: SeenRequest) {
        for name in ["keep_alive", "proxy_connection", "trailer", "x_named"] {
            #expect(seen["http_\(name)"].isEmpty, "\(seen)")
        }
        let upgrade = [seen["http_connection"], seen["http_upgrade"]]
        #expect(upgrade == ["", ""] || upgrade == ["Upgrade", "websocket"], "\(seen)")
        #expect(["", "trailers"].contains(seen["http_te"]), "\(seen)")
        #expect(seen["http_transfer_encoding"].isEmpty || seen["http_content_length"].isEmpty, "\(seen)")
        #expect(seen["http_x_forwarded_for"].hasSuffix("127.0.0.1"), "\(seen)")
    }
}
