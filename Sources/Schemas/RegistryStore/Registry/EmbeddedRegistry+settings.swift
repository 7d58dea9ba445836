/// Compatibility levels and modes, of the registry and of subjects.
extension EmbeddedRegistry {
    /// Changes what is given, and leaves the rest.
    package func configure(_ subject: String?, _ change: RegistryConfiguration) throws(RegistryError) {
        if let subject { try bench.checkName(subject) }
        try self.change { () throws(RegistryError) in
            try bench.requireWritable(subject)
            var next =
                subject.map { bench.state.configurations[$0] ?? RegistryConfiguration() } ?? bench.state.configuration
            next.level = change.level ?? next.level
            next.normalizes = change.normalizes ?? next.normalizes
            if let subject, bench.state.configurations[subject] == nil {
                try checkRoom(bench.state.configurations.count)
            }
            try commit([.configuration(subject: subject, next)])
        }
    }

    /// Goes back to what holds without it; what was configured.
    package func removeConfiguration(_ subject: String?) throws(RegistryError) -> RegistryConfiguration {
        try change { () throws(RegistryError) in
            try bench.requireWritable(subject)
            let before = try bench.configuration(subject)
            try commit([.configuration(subject: subject, nil)])
            return before
        }
    }

    /// - Parameter force: Imports into subjects that have versions too.
    package func setMode(_ subject: String?, _ mode: RegistryMode, force: Bool) throws(RegistryError) {
        if let subject { try bench.checkName(subject) }
        try change { () throws(RegistryError) in
            if mode == .import, !force {
                let isUsed =
                    subject.map { !bench.state.entries($0).isEmpty }
                    ?? bench.state.subjects.values.contains { $0.contains { !$0.isDeleted } }
                guard !isUsed else { throw .notPermitted("Cannot import since found existing subjects") }
            }
            if let subject, bench.state.modes[subject] == nil { try checkRoom(bench.state.modes.count) }
            try commit([.mode(subject: subject, mode)])
        }
    }

    /// Goes back to the registry's mode; the subject's own until now.
    package func removeMode(_ subject: String) throws(RegistryError) -> RegistryMode {
        try change { () throws(RegistryError) in
            let own = try bench.mode(subject)
            try commit([.mode(subject: subject, nil)])
            return own
        }
    }

    private func checkRoom(_ count: Int) throws(RegistryError) {
        guard count < bench.limits.subjects else {
            throw .notPermitted("\(bench.limits.subjects) subjects have settings of their own, and no more may")
        }
    }
}
