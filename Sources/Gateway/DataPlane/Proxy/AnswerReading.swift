internal import Bytes
internal import PluginKit

/// The body of an upstream's answer on its way through plugins.
final class AnswerReading {
    enum Way {
        case whole(maximum: Int)
        case observed([any BodyObserver])
    }

    /// What becomes of a piece.
    enum Fate {
        case passes
        case collects
        case isTooLarge(maximum: Int)
    }

    private let way: Way
    private var body: [UInt8] = []

    init(_ way: Way) { self.way = way }

    var isCollecting: Bool { if case .whole = way { true } else { false } }

    func take(_ bytes: Span<UInt8>) -> Fate {
        switch way {
        case .whole(let maximum):
            guard body.count + bytes.count <= maximum else { return .isTooLarge(maximum: maximum) }
            body.append(bytes)
            return .collects
        case .observed(let observers):
            for observer in observers { observer.passed(bytes) }
            return .passes
        }
    }

    /// The whole body if it was collected.
    func end(isComplete: Bool) -> [UInt8]? {
        switch way {
        case .whole: return body
        case .observed(let observers):
            for observer in observers { observer.ended(isComplete: isComplete) }
            return nil
        }
    }
}
