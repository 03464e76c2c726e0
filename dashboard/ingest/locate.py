"""In which region a point lies, where a source gives coordinates and no code."""

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from geopandas import GeoDataFrame, points_from_xy

from dashboard.core.errors import Fault, PackError


@dataclass(frozen=True)
class Locator:
    """Polygons of one level (`code`), in WGS-84. A point on a border belongs to the lower code."""

    outlines: GeoDataFrame

    @classmethod
    def read(cls, path: Path) -> "Locator":
        try:
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            return cls(GeoDataFrame.from_features(features)[["geometry", "code"]])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f"The polygons cannot be read: {error}"
            raise PackError([Fault(str(path), problem, "see docs/city-pack.md")]) from error

    def find(self, points: pa.Table) -> pa.Table:
        """`batch_row`, `lon`, `lat` → `batch_row`, `code` of those that lie in a region."""
        numbers, lon, lat = (points.column(n).to_numpy() for n in ("batch_row", "lon", "lat"))
        places = GeoDataFrame({"batch_row": numbers}, geometry=points_from_xy(lon, lat))
        pairs = places.sjoin(self.outlines, predicate="intersects")
        found = pairs.sort_values(["batch_row", "code"]).drop_duplicates("batch_row")
        return pa.table(
            {
                "batch_row": pa.array(found["batch_row"].to_numpy()),
                "code": pa.array(found["code"], pa.string()),
            }
        )
