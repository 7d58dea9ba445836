internal import Bytes
internal import JSON
internal import YAML

/// What a document was read from: it tells places in the text as its author wrote it.
struct DeclarativeSource {
    /// How places are found.
    enum Form {
        /// A value that never was a text.
        case value
        case yaml(YAMLDocument)
        /// The text that was read, without places: they are looked for when somebody asks.
        case json([UInt8])
    }

    let form: Form
    /// What was filled in before the text was read.
    let substitutions: DeckTemplate.Substitutions?

    static let value = DeclarativeSource(form: .value, substitutions: nil)

    /// Where the nearest parts on the ways to `paths` begin that are there.
    func locations(of paths: [[PathElement]]) -> [TextLocation?] {
        let paths = paths.map { path in
            path.map { element -> JSONPathElement in
                switch element {
                case .name(let name): .key(name)
                case .index(let index): .index(index)
                }
            }
        }
        switch form {
        case .value: return Array(repeating: nil, count: paths.count)
        case .yaml(let document): return document.nearestLocations(of: paths).map(original)
        case .json(let text):
            let offsets = JSONText.offsets(of: paths, in: text.span)
            return TextLocation.list(of: offsets, in: text.span).map(original)
        }
    }

    private func original(_ location: TextLocation) -> TextLocation {
        substitutions?.original(location) ?? location
    }
}
