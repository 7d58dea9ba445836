// The room DataPlane.
