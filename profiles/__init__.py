"""The profiles that come with Arbiter, one TOML file a desk."""
