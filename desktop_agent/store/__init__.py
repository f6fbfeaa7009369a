"""One SQLite file: conversations, runs, and images by content hash."""
