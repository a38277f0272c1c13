"""What the window shows, as frozen views, and what it wants, as intents; knows no Qt."""
