/// What c-ares says of a question.
enum NameReply {
    /// A server's answer, whatever it says.
    case message([UInt8])
    /// c-ares knows by itself that there is nothing.
    case nothing
    case timedOut
    /// No server could be reached, or each of several refused or failed.
    case refused
    /// c-ares would not ask.
    case failed(String)
}
