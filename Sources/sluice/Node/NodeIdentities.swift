import Synchronization
import TLS

/// The certificates that the settings name, read at the start and again at each reload.
final class NodeIdentities: Sendable {
    /// Of each kind of listener.
    struct Loaded: Sendable {
        let proxy: [TLSIdentity]
        let admin: [TLSIdentity]
        let status: [TLSIdentity]

        /// Admin and status API show the proxy's certificate when they have none of their own.
        init(_ settings: Settings) throws(SettingsError) {
            proxy = try IdentityFiles.load(settings, [""])
            admin = try IdentityFiles.load(settings, ["admin_", ""])
            status = try IdentityFiles.load(settings, ["status_", "admin_", ""])
        }
    }

    private let loaded: Mutex<Loaded>

    init(_ settings: Settings) throws(SettingsError) { loaded = Mutex(try Loaded(settings)) }

    var current: Loaded { loaded.withLock { $0 } }

    /// Reads the files again; if one cannot be used nothing changes.
    func reload(_ settings: Settings) throws(SettingsError) {
        let next = try Loaded(settings)
        loaded.withLock { $0 = next }
    }
}
