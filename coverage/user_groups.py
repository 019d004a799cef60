"""Groups of people whom public Wi-Fi could serve."""

from __future__ import annotations

RESIDENTS, VISITORS, STAFF = "residents", "visitors", "staff"
"""The residents' demand gives the unit."""
