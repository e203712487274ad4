"""What `arbiter` can be asked for, one file a command: `cli.py` imports the one that was asked for, and no other."""
