// The room Plugins.
