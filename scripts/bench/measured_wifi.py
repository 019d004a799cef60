"""The path loss against Wi-Fi signals that were measured along a street of the FEUP campus in Porto, January 2019.

Four access points, two at 2.4 and two at 5 GHz, 54 m apart on one street; four phones on one trolley that went up and
down it, once a second. The data hold no power, no height and no map, so:

- positions come from latitude and longitude in location-log.csv and from summary_README.md. node-info.csv swaps the two
  places of the access points, and the published receiverY (and so receiverDist) is short by the cosine of the latitude;
- a phone is *in sight* within 10 m of the street's axis, the robust line through all positions; the ends of the laps
  turn off the street, and are *off the street*. The rule looks at positions alone, never at the signal;
- -100 means that no frame came in that second. Where the sender was off it says nothing; where it was on, it happens
  more often far away than near (so a signal too weak is one cause) and also beside the access point, for minutes on end
  (so it is not the only one). No loss can be read from it: such rows are counted and left out, which makes the signal
  far away look a little stronger than it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from connected_place.coverage.reach.link import Link, rssi_dbm
from connected_place.coverage.reach.power_limits import legal_eirp_dbm
from connected_place.coverage.reach.propagation import line_of_sight_loss_db, no_line_of_sight_loss_db

if TYPE_CHECKING:
    import pandas as pd

EAST, WEST = (41.178518, -8.595366), (41.178563, -8.596012)
PLACES = {"ap1": EAST, "ap2": EAST, "ap3": WEST, "ap4": WEST}
"""Latitude and longitude of each access point: summary_README.md."""

HALF_STREET_M = 10.0
NO_FRAME_DBM = -100.0


def measured(folder: Path, *, swapped: bool = False) -> pd.DataFrame:
    """Seconds within laps, one row for each pair of access point and phone.

    Parameters
    ----------
    folder : Path
        Of the data.
    swapped : bool
        True: the access points where node-info.csv has them.

    Returns
    -------
    DataFrame
        `ap, frequency_ghz, trace, distance_m, off_street_m, rssi_dbm` (NaN: no frame), `sending` (its sender was on),
        `los_db, nlos_db` (median loss of the model).
    """
    import pandas as pd

    log = pd.read_csv(folder / "summary_final-exp-log.csv")
    log = log[log["isInLap"] == 1].reset_index(drop=True)
    east, north = _positions(folder, log["systime"].to_numpy())
    places = PLACES if not swapped else {ap: EAST if place == WEST else WEST for ap, place in PLACES.items()}
    spots = {ap: _local(*place) for ap, place in places.items()}
    ap_east, ap_north = (log["senderId"].map({ap: float(spot[axis]) for ap, spot in spots.items()}) for axis in (0, 1))
    frame = pd.DataFrame(
        {
            "ap": log["senderId"],
            "frequency_ghz": log["channelFreq"] / 1_000,
            "trace": np.where(log["systime"] <= _end_of_first_trace(folder), "082", "083"),
            "distance_m": np.hypot(east - ap_east, north - ap_north),
            "off_street_m": _off_axis(east, north),
            "rssi_dbm": log["rssiMean"].where(log["rssiMean"] > NO_FRAME_DBM),
            "sending": log["isIperfOn"] == 1,
        }
    )
    frame["los_db"] = line_of_sight_loss_db(frame["distance_m"], frame["frequency_ghz"])
    frame["nlos_db"] = no_line_of_sight_loss_db(frame["distance_m"], frame["frequency_ghz"])
    return frame


def _positions(folder: Path, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north of the trolley, straight between two readings."""
    import pandas as pd

    track = pd.read_csv(folder / "summary_location-log.csv").drop_duplicates("gpstime").sort_values("gpstime")
    latitude, longitude = (np.interp(seconds, track["gpstime"], track[name]) for name in ("lat", "lon"))
    return _local(latitude, longitude)


def _local(latitude: np.ndarray | float, longitude: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north of the eastern access points."""
    from pyproj import Transformer

    here = f"+proj=aeqd +lat_0={EAST[0]} +lon_0={EAST[1]} +datum=WGS84"
    east, north = Transformer.from_crs("EPSG:4326", here, always_xy=True).transform(longitude, latitude)
    return np.asarray(east), np.asarray(north)


def _end_of_first_trace(folder: Path) -> float:
    import pandas as pd

    return float(pd.read_csv(folder / "trace-082_laps.csv")["end-time"].max())


def _off_axis(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Metres from the street's axis: the Theil-Sen line, which the few positions off the street do not turn."""
    from scipy.stats import theilslopes

    places = np.unique(np.column_stack([east, north]), axis=0)
    slope, offset, *_ = theilslopes(places[:, 1], places[:, 0])
    return np.abs(north - slope * east - offset) / np.hypot(1, slope)


def counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Seconds of each access point: in all, used, and left out for want of a frame, also as a share near and far."""
    import pandas as pd

    silent, sending, groups = rows["rssi_dbm"].isna(), rows["sending"], rows["ap"]
    near, far = rows["distance_m"] < 20, rows["distance_m"] > 100
    return pd.DataFrame(
        {
            "seconds": groups.value_counts(),
            "used": (~silent).groupby(groups).sum(),
            "silent_sender_off": (silent & ~sending).groupby(groups).sum(),
            "silent_sender_on": (silent & sending).groupby(groups).sum(),
            "share_within_20_m": silent[sending & near].groupby(groups).mean(),
            "share_past_100_m": silent[sending & far].groupby(groups).mean(),
        }
    ).sort_index()


def budget_dbm(rows: pd.DataFrame) -> pd.Series:
    """Signal before any loss, if each access point sent with full legal power (indoors, UK) to a phone of -6 dB."""
    caps = {f: legal_eirp_dbm(1_000 * f, outdoors=False) for f in rows["frequency_ghz"].unique()}
    links = {f: Link(frequency_ghz=f, eirp_dbm=cap) for f, cap in caps.items()}
    return rows["frequency_ghz"].map({f: float(rssi_dbm(0.0, link)) for f, link in links.items()})


def comparison(rows: pd.DataFrame, *, half_street_m: float = HALF_STREET_M) -> pd.DataFrame:
    """Error of the model, measured minus modelled, case by case.

    Returns
    -------
    DataFrame
        `case, rows, rmse_db, bias_db`; a bias above 0: the signal was stronger than the model says.
    """
    import pandas as pd

    known = rows.dropna(subset="rssi_dbm")
    near = known["off_street_m"] <= half_street_m
    return pd.DataFrame(
        [
            {"case": case, "rows": len(error), "rmse_db": float((error**2).mean() ** 0.5), "bias_db": error.mean()}
            for case, error in _errors(known[near], known[~near])
        ]
    )


def _errors(street: pd.DataFrame, off: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Each case in words with its errors, dB."""
    in_sight, round_corner = street["rssi_dbm"] + street["los_db"], off["rssi_dbm"] + off["nlos_db"]
    offsets = in_sight.groupby(street["ap"]).mean()
    yield "in sight, no offset (full legal power assumed)", in_sight - budget_dbm(street)
    yield "in sight, one offset per access point", in_sight - street["ap"].map(offsets)
    far = street["distance_m"] >= 5
    yield "  the same, from 5 m on", _centred(in_sight[far], street["ap"][far])
    for fitted, tested in (("082", "083"), ("083", "082")):
        own = in_sight[street["trace"] == fitted].groupby(street["ap"]).mean()
        rest = street["trace"] == tested
        yield f"  offset of trace {fitted}, tested on {tested}", in_sight[rest] - street["ap"][rest].map(own)
    yield "in sight, offset of the other three access points", _left_out(street, in_sight)
    yield "off the street, no line of sight, no offset", round_corner - budget_dbm(off)
    yield "off the street, no line of sight, offsets of the street", round_corner - off["ap"].map(offsets)
    yield "off the street, no line of sight, offsets of its own", _centred(round_corner, off["ap"])
    yield (
        "off the street, line of sight, offsets of the street",
        off["rssi_dbm"] + off["los_db"] - off["ap"].map(offsets),
    )


def _centred(error: pd.Series, groups: pd.Series) -> pd.Series:
    return error - error.groupby(groups).transform("mean")


def _left_out(street: pd.DataFrame, in_sight: pd.Series) -> pd.Series:
    """Errors where an access point's offset is the mean of those of the others, above the assumed budget."""
    above = in_sight - budget_dbm(street)
    own = above.groupby(street["ap"]).mean()
    others = (own.sum() - own) / (len(own) - 1)
    return above - street["ap"].map(others)
