"""The tables of `board.sqlite`. Instants are UTC as ISO text, days are ISO dates; nothing is ever deleted,
but a view that somebody saved for themselves."""

STEPS = (
    """
CREATE TABLE meeting (
    id INTEGER PRIMARY KEY, board TEXT NOT NULL, title TEXT NOT NULL, held_on TEXT NOT NULL, reference TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'preparing', as_of TEXT, created_at TEXT NOT NULL, created_by TEXT NOT NULL,
    UNIQUE (board, held_on));
CREATE TABLE agenda_item (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id), ticket_id TEXT NOT NULL, section TEXT, position REAL,
    added INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (meeting_id, ticket_id));
CREATE TABLE written (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id), ticket_id TEXT NOT NULL, field TEXT NOT NULL,
    version INTEGER NOT NULL, body TEXT NOT NULL, written_at TEXT NOT NULL, written_by TEXT NOT NULL,
    PRIMARY KEY (meeting_id, ticket_id, field, version));
CREATE TABLE action (
    number INTEGER PRIMARY KEY AUTOINCREMENT, board TEXT NOT NULL, meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    ticket_id TEXT, text TEXT NOT NULL, actionee TEXT NOT NULL, due TEXT, state TEXT NOT NULL DEFAULT 'open',
    outcome TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, created_by TEXT NOT NULL, closed_at TEXT,
    closed_in INTEGER REFERENCES meeting (id));
CREATE TABLE recommendation (
    number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, author TEXT NOT NULL, made_on TEXT NOT NULL,
    risk TEXT NOT NULL, followed TEXT NOT NULL DEFAULT 'not yet known', outcome TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL);
CREATE TABLE amendment (
    register TEXT NOT NULL, number INTEGER NOT NULL, field TEXT NOT NULL, before TEXT, after TEXT,
    amended_at TEXT NOT NULL, amended_by TEXT NOT NULL);
CREATE TABLE escalation (
    ticket_id TEXT NOT NULL, clock TEXT NOT NULL, alert INTEGER NOT NULL, done INTEGER NOT NULL,
    note TEXT NOT NULL, marked_at TEXT NOT NULL, marked_by TEXT NOT NULL);
""",
    """
CREATE TABLE saved_view (
    person TEXT NOT NULL, name TEXT NOT NULL, page TEXT NOT NULL, query TEXT NOT NULL, saved_at TEXT NOT NULL,
    PRIMARY KEY (person, name));
""",
    # At which meeting an action was changed. So far the changes since the next one was called were told as made at that.
    """
ALTER TABLE amendment ADD COLUMN meeting_id INTEGER REFERENCES meeting (id);
UPDATE amendment SET meeting_id = (
    SELECT m.id FROM action a JOIN meeting m ON m.board = a.board
    WHERE a.number = amendment.number AND m.created_at <= amended_at ORDER BY m.held_on DESC LIMIT 1)
WHERE register = 'action';
""",
    # What a step was: under another goal the alert of that number asks for something else.
    "ALTER TABLE escalation ADD COLUMN action TEXT;",
)
VERSION = len(STEPS)
