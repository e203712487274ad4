"""A simulated service desk behind a real Jira REST surface on loopback: what `arbiter demo` and the tests pull from."""
