// The room PluginKit.
