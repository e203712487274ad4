"""The simulated desks of the profiles that have no simulated Jira: one TOML file each."""
