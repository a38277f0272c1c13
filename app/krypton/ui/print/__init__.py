"""Draws reports on paper with Qt behind the report port; knows no page and no widget."""
