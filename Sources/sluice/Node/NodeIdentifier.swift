import Cryptography
import System

/// Who this node is, to those who look at several.
struct NodeIdentifier: Sendable {
    /// A UUID, new at each start.
    let id = UUID.v4()
    let hostName = CurrentProcess.hostName
}
