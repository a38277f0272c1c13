"""Krypton: the desktop wallet of a merchant who sells through a fee-collecting contract on TON."""
