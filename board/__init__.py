"""The board: what people write (meetings, agendas, actions, minutes, recommendations), in one SQLite file a desk."""
