import System

/// How a command's text looks: with colours on a terminal, unless `NO_COLOR` is set, and plain elsewhere.
struct TextStyle {
    let hasColours: Bool

    init(hasColours: Bool) { self.hasColours = hasColours }

    init(of stream: StandardStream) {
        hasColours = stream.isTerminal && (CurrentProcess.environment["NO_COLOR"] ?? "").isEmpty
    }

    func bold(_ text: String) -> String { wrapped(text, "1") }
    func dim(_ text: String) -> String { wrapped(text, "2") }
    func red(_ text: String) -> String { wrapped(text, "31") }
    func green(_ text: String) -> String { wrapped(text, "32") }
    func yellow(_ text: String) -> String { wrapped(text, "33") }
    func cyan(_ text: String) -> String { wrapped(text, "36") }

    private func wrapped(_ text: String, _ code: String) -> String {
        hasColours && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
