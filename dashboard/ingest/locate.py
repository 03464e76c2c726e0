"""In which region a point lies, where a source gives coordinates and no code."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry import shape

from dashboard.core.errors import Fault, PackError


@dataclass(frozen=True)
class Locator:
    """Polygons of one level, in WGS-84. A point on a border belongs to the lower code."""

    codes: tuple[str, ...]
    tree: shapely.STRtree

    @classmethod
    def read(cls, path: Path) -> "Locator":
        try:
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            polygons = {f["properties"]["code"]: shape(f["geometry"]) for f in features}
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = f"The polygons cannot be read: {error}"
            raise PackError([Fault(str(path), problem, "see docs/city-pack.md")]) from error
        codes = tuple(sorted(polygons))
        return cls(codes, shapely.STRtree([polygons[code] for code in codes]))

    def find(self, points: pa.Table) -> pa.Table:
        """`batch_row`, `lon`, `lat` → `batch_row`, `code` of those that lie in a region."""
        numbers, lon, lat = (points.column(n).to_numpy() for n in ("batch_row", "lon", "lat"))
        where, which = self.tree.query(shapely.points(lon, lat), predicate="intersects")
        order = np.lexsort((which, where))
        where, which = where[order], which[order]
        found, first = np.unique(where, return_index=True)
        return pa.table(
            {
                "batch_row": pa.array(numbers[found]),
                "code": pa.array([self.codes[index] for index in which[first]], pa.string()),
            }
        )
