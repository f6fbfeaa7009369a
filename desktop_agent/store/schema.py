"""The tables of the store, as the steps that lead from one version to the next. A released step is never changed."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE images (
            digest TEXT PRIMARY KEY,
            png BLOB NOT NULL,
            padding BLOB NOT NULL,
            stored_at REAL NOT NULL
        )""",
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            created_at REAL NOT NULL,
            changed_at REAL NOT NULL
        )""",
        """CREATE TABLE messages (
            conversation TEXT NOT NULL REFERENCES conversations (id),
            number INTEGER NOT NULL,
            role TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (conversation, number)
        ) WITHOUT ROWID""",
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            conversation TEXT NOT NULL,
            instruction TEXT NOT NULL,
            scope TEXT NOT NULL,
            planner TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started_at REAL NOT NULL,
            ended_at REAL,
            status TEXT,
            summary TEXT NOT NULL DEFAULT ''
        )""",
        """CREATE TABLE steps (
            run TEXT NOT NULL REFERENCES runs (id),
            number INTEGER NOT NULL,
            at REAL NOT NULL,
            outcome TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run, number)
        ) WITHOUT ROWID""",
        """CREATE TABLE looks (
            run TEXT NOT NULL REFERENCES runs (id),
            number INTEGER NOT NULL,
            at REAL NOT NULL,
            tool TEXT NOT NULL,
            summary TEXT NOT NULL,
            PRIMARY KEY (run, number)
        ) WITHOUT ROWID""",
        """CREATE TABLE usages (
            run TEXT NOT NULL REFERENCES runs (id),
            number INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run, number)
        ) WITHOUT ROWID""",
        "CREATE INDEX conversations_by_change ON conversations (changed_at)",
        "CREATE INDEX runs_by_start ON runs (started_at)",
    ),
    (
        "ALTER TABLE messages ADD COLUMN by_program INTEGER NOT NULL DEFAULT 0",
        # Until now one kind of note stood among the person's words.
        """UPDATE messages SET by_program = 1 WHERE role = 'user'
            AND json_extract(body, '$.parts[0].text') LIKE 'Your tool call could not be read: %'""",
    ),
)
