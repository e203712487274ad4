"""Starting things: the dashboard's process, and the embedded demo."""
