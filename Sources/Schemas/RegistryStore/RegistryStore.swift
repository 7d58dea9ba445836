//! RegistryStore: the embedded schema registry without its HTTP: subjects, versions, ids, references, modes and
//! compatibility, on a thread of its own. All of it is kept in memory; what changes is written to a journal first.
