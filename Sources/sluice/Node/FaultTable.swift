import Bytes
import GatewayModel

/// What is wrong with a declarative file, for people: a line each, places and fields below one another.
struct FaultTable {
    let error: DeclarativeFileError
    var style: TextStyle

    /// Fields' paths beyond this push their message to the right instead of everybody's.
    private static let widestField = 56

    var text: String {
        let rows = error.failure.problems.map { problem in
            (
                place: Self.place(problem, in: error.path), field: problem.path.isEmpty ? "" : "\(problem.pathText):",
                problem: problem
            )
        }
        let placeWidth = rows.map(\.place.count).max() ?? 0
        let fieldWidth = rows.map(\.field.count).filter { $0 <= Self.widestField }.max() ?? 0
        var text = ""
        for row in rows {
            text += style.bold(row.place) + Self.blanks(placeWidth - row.place.count) + " "
            if !row.field.isEmpty {
                text += style.cyan(row.field) + Self.blanks(fieldWidth - row.field.count) + " "
            }
            text += row.problem.advice + style.dim(row.problem.entity.map { " (\($0))" } ?? "") + "\n"
        }
        let count = rows.count
        return text + "\(style.bold("\(error.path):")) not valid (\(count) fault\(count == 1 ? "" : "s"))\n"
    }

    /// `file:line:column:`, as far as that is known.
    static func place(_ problem: DeclarativeConfiguration.Failure.Problem, in path: String) -> String {
        path + (problem.location.map { ":\($0.line):\($0.column)" } ?? "") + ":"
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
