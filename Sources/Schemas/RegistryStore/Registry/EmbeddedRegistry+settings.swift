/// Compatibility levels and modes, of the registry and of subjects.
extension EmbeddedRegistry {
    /// What is configured for a subject, or for the registry.
    ///
    /// - Parameter inherits: Whether the registry's holds where the subject has none of its own.
    package func configuration(
        _ subject: String?, inherits: Bool = false
    ) throws(RegistryError) -> RegistryConfiguration {
        guard let subject else { return state.configuration }
        guard let own = state.configurations[subject] else {
            guard inherits else { throw .noOwnLevel(subject) }
            return state.configuration
        }
        guard inherits else { return own }
        return RegistryConfiguration(
            level: own.level ?? state.configuration.level, normalizes: own.normalizes ?? state.configuration.normalizes)
    }

    /// Changes what is given, and leaves the rest.
    package func configure(_ subject: String?, _ change: RegistryConfiguration) throws(RegistryError) {
        if let subject { try checkName(subject) }
        try self.change { () throws(RegistryError) in
            try requireWritable(subject)
            var next = subject.map { state.configurations[$0] ?? RegistryConfiguration() } ?? state.configuration
            next.level = change.level ?? next.level
            next.normalizes = change.normalizes ?? next.normalizes
            if let subject, state.configurations[subject] == nil { try checkRoom(state.configurations.count) }
            try commit([.configuration(subject: subject, next)])
        }
    }

    /// Goes back to what holds without it; what was configured.
    package func removeConfiguration(_ subject: String?) throws(RegistryError) -> RegistryConfiguration {
        try change { () throws(RegistryError) in
            try requireWritable(subject)
            let before = try configuration(subject)
            try commit([.configuration(subject: subject, nil)])
            return before
        }
    }

    package func mode(_ subject: String?, inherits: Bool = false) throws(RegistryError) -> RegistryMode {
        guard let subject else { return state.mode }
        if let own = state.modes[subject] { return own }
        guard inherits else { throw .noOwnMode(subject) }
        return state.mode
    }

    /// - Parameter force: Imports into subjects that have versions too.
    package func setMode(_ subject: String?, _ mode: RegistryMode, force: Bool) throws(RegistryError) {
        if let subject { try checkName(subject) }
        try change { () throws(RegistryError) in
            if mode == .import, !force {
                let isUsed =
                    subject.map { !state.entries($0).isEmpty }
                    ?? state.subjects.values.contains { $0.contains { !$0.isDeleted } }
                guard !isUsed else { throw .notPermitted("Cannot import since found existing subjects") }
            }
            if let subject, state.modes[subject] == nil { try checkRoom(state.modes.count) }
            try commit([.mode(subject: subject, mode)])
        }
    }

    /// Goes back to the registry's mode; the subject's own until now.
    package func removeMode(_ subject: String) throws(RegistryError) -> RegistryMode {
        try change { () throws(RegistryError) in
            let own = try mode(subject)
            try commit([.mode(subject: subject, nil)])
            return own
        }
    }

    private func checkRoom(_ count: Int) throws(RegistryError) {
        guard count < limits.subjects else {
            throw .notPermitted("\(limits.subjects) subjects have settings of their own, and no more may")
        }
    }
}
