"""What a choice of sites may make as large as it can: people covered, people expected to connect, or users a day."""

from __future__ import annotations

COVERED, EXPECTED, USERS = "covered", "expected", "users"
