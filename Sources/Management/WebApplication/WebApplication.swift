// The room WebApplication.
