import AdminAPI

extension Settings {
    /// The Kafka clusters without which the node is not ready.
    var requiredClusters: NodeFacts.RequiredClusters {
        let names = Self.words(self["status_required_clusters"])
        return names == ["all"] ? .all : .named(names)
    }
}
