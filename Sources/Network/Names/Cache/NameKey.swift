/// What is looked up and kept as one.
struct NameKey: Hashable {
    /// In lower case; a dot at the end says that no search domain is added.
    let name: String
    /// For the hosts of services, which are not services again.
    var addressesOnly = false
}
