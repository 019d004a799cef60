"""Groups of people whom public Wi-Fi could serve."""

from __future__ import annotations

RESIDENTS, VISITORS, STAFF = "residents", "visitors", "staff"
HOMES_BY_NEED = "homes counted by need"
"""What residents' demand is counted in, which gives the unit for the other groups too."""
