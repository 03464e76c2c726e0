"""The land of the demonstration city: an outline, a river, a lake, and unit grids between them.

Everything is made in a plane of kilometres around the city's heart and becomes degrees at the end.
Borders are one planar topology: a line between two grids exists once, with its own wiggles, and is
read by both of them and by every region above. That is why the levels nest vertex by vertex.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Shapes = NDArray[np.object_]

HEART = (112.6, 33.2)
TOWNS = np.array(
    [
        (-19.0, 8.0),
        (-11.0, -9.5),
        (3.0, 13.5),
        (14.5, 8.5),
        (17.5, -5.5),
        (1.0, -9.5),
        (-9.5, 4.5),
        (22.5, 6.5),
        (-21.0, -6.0),
        (9.0, 3.0),
    ]
)
"""Small centres outside the heart, where grids are small again."""

SNAP_KM = 1e-5
WIGGLE = np.array([0.05, 0.07, 0.085, 0.11])
"""Sideways displacement of a border, as a share of its length: between grids … districts."""
STEP_KM = np.array([0.42, 0.34, 0.28, 0.24])
"""Wanted distance of vertices along such a border."""


def to_degrees(km: Points) -> Points:
    """WGS-84, six decimals (about ten centimetres)."""
    lon = HEART[0] + km[..., 0] / (111.32 * np.cos(np.radians(HEART[1])))
    lat = HEART[1] + km[..., 1] / 110.9
    return np.round(np.stack([lon, lat], axis=-1), 6)


def river_line(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Northing of the middle of the river at each easting: it bends south around the heart."""
    bend = 0.4 - 3.9 * np.exp(-((x - 1.5) ** 2) / 90) + 0.06 * x
    return np.asarray(bend + 0.75 * np.sin(x / 3.3 + 0.6) + 0.35 * np.sin(x / 1.55 + 2.0))


def _river() -> Polygon:
    x = np.linspace(-40, 40, 330)
    y = river_line(x)
    along = np.stack([np.gradient(x), np.gradient(y)], axis=1)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
    half = (0.36 + 0.006 * (x + 30) + 0.07 * np.sin(x / 2.7))[:, None]
    middle = np.stack([x, y], axis=1)
    return Polygon(np.concatenate([middle + normal * half, (middle - normal * half)[::-1]]))


def _outline(rng: np.random.Generator) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 11):
        radius += rng.normal(0, 0.2 / wave**0.9) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    ring = np.stack([29.5 * radius * np.cos(angle), 22.0 * radius * np.sin(angle)], axis=1)
    for amount in (0.2, 0.17, 0.15):
        step = np.roll(ring, -1, axis=0) - ring
        side = np.stack([-step[:, 1], step[:, 0]], axis=1)
        middle = ring + step / 2 + side * rng.normal(0, amount, len(ring)).clip(-0.3, 0.3)[:, None]
        ring = np.stack([ring, middle], axis=1).reshape(-1, 2)
    return Polygon(ring).buffer(0)


def _lake(rng: np.random.Generator) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radius = 1 + 0.16 * np.cos(2 * angle + 0.5) + 0.09 * np.cos(3 * angle + rng.uniform(0, 6))
    x, y = 2.1 * radius * np.cos(angle), 1.35 * radius * np.sin(angle)
    return Polygon(np.stack([13.2 + x + 0.4 * y, 3.2 + y], axis=1))


def banks(rng: np.random.Generator) -> list[Polygon]:
    """Land north and south of the river."""
    land = _outline(rng).difference(_river()).difference(_lake(rng))
    parts = [part for part in getattr(land, "geoms", [land]) if part.area > 20]
    return sorted(parts, key=lambda part: -part.centroid.y)


def crowding(points: Points) -> NDArray[np.float64]:
    """How densely people live, without a unit: the heart, the towns, the open country."""
    to_heart = np.hypot(points[:, 0] / 1.25, points[:, 1] - 0.6)
    density = 1 / (1 + (to_heart / 4.2) ** 2) ** 1.15 + 0.012
    for x, y in TOWNS:
        to_town = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        density += 0.16 * np.exp(-to_town / 5.5)
    return np.asarray(density)


def _seeds(rng: np.random.Generator, land: list[Polygon], count: int) -> list[Points]:
    """Random points, denser where people are, moved apart so that no cell is a sliver."""
    found: list[Points] = [np.empty((0, 2)) for _ in land]
    while sum(map(len, found)) < count:
        tries = rng.uniform((-36, -27), (36, 27), (60_000, 2))
        keep = rng.random(len(tries)) < crowding(tries) ** 0.82
        tries = tries[keep][: 3 * count]
        room = count - sum(map(len, found))
        inside = np.stack([shapely.contains_xy(part, tries) for part in land])
        tries, inside = tries[inside.any(0)][:room], inside[:, inside.any(0)][:, :room]
        found = [np.concatenate([old, tries[row]]) for old, row in zip(found, inside, strict=True)]
    return [_relaxed(points, part) for points, part in zip(found, land, strict=True)]


def _cells(points: Points, part: Polygon) -> Shapes:
    frame = shapely.box(-60, -50, 60, 50)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(points),
        extend_to=frame,
        ordered=True,
    )
    shapes = np.array(shapely.get_parts(cells), dtype=object)
    shapely.prepare(part)
    crossing = ~shapely.contains_properly(part, shapes)
    shapes[crossing] = shapely.intersection(shapes[crossing], part)
    return shapes


def _relaxed(points: Points, part: Polygon, rounds: int = 5) -> Points:
    for _ in range(rounds):
        middle = shapely.get_coordinates(shapely.centroid(_cells(points, part)))
        inside = shapely.contains_xy(part, middle)
        points = np.where(inside[:, None], points + 0.8 * (middle - points), points)
    return points


@dataclass(frozen=True)
class Mesh:
    """Cells as rings of nodes. `edges` are undirected; `sides` the cells on both, -1 for none."""

    nodes: Points
    edges: Labels
    sides: Labels
    rings: list[list[list[tuple[int, bool]]]]
    """Cell → rings (first the outer one) → (edge, runs forward)."""
    centres: Points
    bank: Labels


def make_mesh(rng: np.random.Generator, count: int) -> Mesh:
    land = banks(rng)
    faces: list[Polygon] = []
    bank: list[int] = []
    for number, (part, points) in enumerate(zip(land, _seeds(rng, land, count), strict=True)):
        lines = shapely.union_all(shapely.boundary(_cells(points, part)), grid_size=SNAP_KM)
        pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        dry = shapely.contains(part.buffer(0.01), pieces)
        found = _one_per_seed(np.array(pieces[dry], dtype=object), points)
        faces += found
        bank += [number] * len(found)
    return _mesh(faces, np.array(bank))


def _one_per_seed(faces: Shapes, points: Points) -> list[Polygon]:
    """A bay can cut a cell in two: the part without the seed joins the nearest neighbour."""
    tree = shapely.STRtree(faces)
    owner = np.full(len(faces), -1)
    seed, face = tree.query(shapely.points(points), predicate="within")
    owner[face] = seed
    grown: dict[int, list[Polygon]] = defaultdict(list)
    for index, own in enumerate(owner):
        if own >= 0:
            grown[index].append(faces[index])
            continue
        near = [i for i in tree.query(faces[index], predicate="touches") if owner[i] >= 0]
        if near:
            shared = shapely.length(shapely.intersection(faces[near], faces[index]))
            grown[near[int(np.argmax(shared))]].append(faces[index])
    joined = [shapely.coverage_union_all(parts) for _, parts in sorted(grown.items())]
    return [
        part if isinstance(part, Polygon) else max(part.geoms, key=lambda g: g.area)
        for part in joined
    ]


def _mesh(faces: list[Polygon], bank: Labels) -> Mesh:
    rings = [[face.exterior, *face.interiors] for face in faces]
    flat = [ring for own in rings for ring in own]
    coordinates = np.round(shapely.get_coordinates(flat), 5)
    nodes, number = np.unique(coordinates, axis=0, return_inverse=True)
    cuts = np.cumsum([len(ring.coords) for ring in flat])[:-1]
    numbers = np.split(number.ravel(), cuts)
    edge_of: dict[tuple[int, int], int] = {}
    sides: list[list[int]] = []
    made: list[list[list[tuple[int, bool]]]] = []
    walk = iter(numbers)
    for cell, own in enumerate(rings):
        made.append([])
        for _ in own:
            ids = next(walk).tolist()
            steps = []
            for a, b in pairwise(ids):
                key = (a, b) if a < b else (b, a)
                edge = edge_of.setdefault(key, len(edge_of))
                if edge == len(sides):
                    sides.append([])
                sides[edge].append(cell)
                steps.append((edge, a < b))
            made[-1].append(steps)
    both = np.array([[*pair, -1][:2] for pair in sides])
    centres = shapely.get_coordinates(shapely.point_on_surface(faces))
    return Mesh(nodes, np.array(list(edge_of)), both, made, centres, bank)


def draw(mesh: Mesh, border: Labels) -> Shapes:
    """Cells as polygons in degrees; `border` says what each edge parts (0 grids … 3 districts)."""
    nodes = _warped(mesh.nodes)
    amount = WIGGLE[border] * (mesh.sides[:, 1] >= 0)
    halvings = _halvings(mesh, border)
    for _ in range(6):
        lines = _lines(nodes, mesh.edges, amount, halvings, np.random.default_rng(17))
        shapes = _polygons(mesh, lines)
        bad = ~shapely.is_valid(shapes)
        if not bad.any() and shapely.coverage_is_valid(shapes):
            break
        bad |= shapely.coverage_invalid_edges(shapes) != shapely.LineString()
        touched = bad[mesh.sides].any(1)
        amount = np.where(touched, amount * 0.3, amount)
    return shapes


def _halvings(mesh: Mesh, border: Labels) -> Labels:
    length = np.hypot(*(mesh.nodes[mesh.edges[:, 1]] - mesh.nodes[mesh.edges[:, 0]]).T)
    halvings = np.ceil(np.log2(np.maximum(length / STEP_KM[border], 1))).clip(0, 3)
    return np.asarray(np.where(mesh.sides[:, 1] >= 0, halvings, 0), dtype=np.int64)


def _warped(nodes: Points) -> Points:
    """A slow bend of the whole plane, so that nothing runs dead straight."""
    x, y = nodes[:, 0], nodes[:, 1]
    dx = 0.55 * np.sin(y / 2.9 + 0.7 * np.sin(x / 4.1)) + 0.16 * np.sin(y / 0.9 + x / 1.7)
    dy = 0.45 * np.sin(x / 3.3 + 0.8 * np.sin(y / 3.7)) + 0.14 * np.sin(x / 0.8 - y / 1.9)
    return np.stack([x + dx, y + dy], axis=1)


def _lines(
    nodes: Points,
    edges: Labels,
    amount: NDArray[np.float64],
    halvings: Labels,
    rng: np.random.Generator,
) -> list[Points]:
    """Midpoint displacement of every edge, once: both sides read the same line."""
    lines: list[Points] = [np.empty(0)] * len(edges)
    for depth in range(int(halvings.max()) + 1):
        which = np.flatnonzero(halvings == depth)
        chains = nodes[edges[which]]
        for _ in range(depth):
            start, step = chains[:, :-1], np.diff(chains, axis=1)
            side = np.stack([-step[..., 1], step[..., 0]], axis=-1)
            shift = rng.normal(0, 1, start.shape[:2]).clip(-2, 2) * amount[which][:, None]
            middle = start + step / 2 + side * shift[..., None]
            joined = np.stack([start, middle], axis=2).reshape(len(which), -1, 2)
            chains = np.concatenate([joined, chains[:, -1:]], axis=1)
        for index, chain in zip(which.tolist(), to_degrees(chains), strict=True):
            lines[index] = chain
    return lines


def _polygons(mesh: Mesh, lines: list[Points]) -> Shapes:
    rings: list[Points] = []
    of_ring: list[int] = []
    shells: list[int] = []
    for cell, own in enumerate(mesh.rings):
        for steps in own:
            parts = [lines[edge][:-1] if ahead else lines[edge][:0:-1] for edge, ahead in steps]
            rings.append(np.concatenate([*parts, parts[0][:1]]))
            of_ring.append(cell)
        shells.append(len(of_ring))
    sizes = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    made = shapely.linearrings(np.concatenate(rings), indices=sizes)
    return np.asarray(
        shapely.polygons(made, indices=np.array(of_ring))
        if len(made) == len(shells)
        else _with_holes(made, of_ring),
        dtype=object,
    )


def _with_holes(rings: Shapes, of_ring: list[int]) -> list[Polygon]:
    own: dict[int, list[object]] = defaultdict(list)
    for ring, cell in zip(rings, of_ring, strict=True):
        own[cell].append(ring)
    return [Polygon(first, rest) for first, *rest in own.values()]


def merged(shapes: Shapes, groups: Labels) -> Shapes:
    """Union of the shapes of each group 0 … n−1; shared lines vanish, vertices stay."""
    order = np.argsort(groups, kind="stable")
    cuts = np.searchsorted(groups[order], np.arange(1, int(groups.max()) + 1))
    made = [shapely.coverage_union_all(part) for part in np.split(shapes[order], cuts)]
    return np.array([_plain(shape) for shape in made], dtype=object)


def _plain(shape: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
