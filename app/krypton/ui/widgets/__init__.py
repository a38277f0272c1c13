"""Painted shapes that pages are made of; none knows a page, a presenter or the network."""
