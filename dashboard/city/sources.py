"""sources/<name>.toml: what a source delivers, how it is fetched, how its rows become facts."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from dashboard.city.codes import CodeTable
from dashboard.city.fields import FACTS, Codes, known_fields
from dashboard.city.files import Folder, Table, read_toml
from dashboard.city.model import LEVELS, Level, SourceSpec
from dashboard.city.rules import Context, read_rules
from dashboard.city.zones import read_zone
from dashboard.core.errors import did_you_mean

_KEYS = (
    "fact", "title", "title_en", "owner", "freshness", "missing", "zone", "locate",
    "connector", "fields",
)  # fmt: skip
_CSV_KEYS = ("type", "path", "encoding", "delimiter", "member", "release")
_ENCODINGS = ("auto", "utf-8", "gb18030")
_SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEVEL_OF: Mapping[str, Level] = {level: level for level in LEVELS}


@dataclass(frozen=True)
class Pack:
    """What of the rest of the pack a source leans on."""

    folder: Folder
    zone: ZoneInfo
    codes: Codes
    tables: Mapping[str, CodeTable]
    drawn: frozenset[str]
    """Levels that have polygons."""


def read_sources(pack: Pack) -> dict[str, SourceSpec]:
    found = {}
    for name in pack.folder.names("sources/*.toml"):
        source = read_toml(pack.folder, name)
        spec = _source(source, PurePosixPath(name).stem, pack) if source else None
        if spec:
            found[spec.name] = spec
    return found


def _source(source: Table, name: str, pack: Pack) -> SourceSpec | None:
    source.only(*_KEYS)
    fact = source.text("fact", example="incidents")
    connector = source.table("connector")
    if connector.given:
        _check_connector(connector)
    fields = source.table("fields")
    title, title_en = source.text("title"), source.text("title_en", "")
    owner = source.text("owner", "")
    freshness, zone = _freshness(source), read_zone(source, pack.zone)
    locate = _locate(source, fact, fields, pack)
    if fact not in FACTS:
        if fact:
            problem = f"There is no fact `{fact}`."
            source.faults.add(source.at("fact"), problem, did_you_mean(fact, FACTS))
        return None
    return SourceSpec(
        name=name,
        fact=fact,
        title=title,
        title_en=title_en,
        owner=owner,
        freshness=freshness,
        connector=connector.entries,
        fields=read_rules(fields, Context(fact, pack.tables, pack.codes)),
        missing=source.texts("missing", ("",)),
        zone=zone,
        locate=locate,
        where=source.where,
    )


def _freshness(source: Table) -> timedelta:
    given = source.text("freshness", example="30m")
    said = re.fullmatch(r"([1-9]\d{0,6})([smhd])", given)
    if said:
        return timedelta(seconds=int(said[1]) * _SECONDS[said[2]])
    if given:
        fix = "write 90s, 30m, 24h or 3d"
        source.faults.add(source.at("freshness"), f"`{given}` is not a span of time.", fix)
    return timedelta(days=1)


def _locate(source: Table, fact: str, fields: Table, pack: Pack) -> Level | None:
    given = source.text("locate", "")
    if not given:
        return None
    where = source.at("locate")
    if given == "city" or given not in LEVELS:
        problem = f"Places cannot be found by the level `{given}`."
        source.faults.add(where, problem, did_you_mean(given, LEVELS[1:]))
        return None
    if given not in pack.drawn:
        problem = f"Without regions/{given}.geojson no place can be found by `{given}`."
        source.faults.add(where, problem, "add the file, or locate by a level that has one")
    if fact in FACTS and not {"lon", "lat"} <= known_fields(fact) & fields.entries.keys():
        fix = "map both in [fields], or remove `locate`"
        source.faults.add(where, "`locate` needs the fields `lon` and `lat`.", fix)
    return _LEVEL_OF[given]


def _check_connector(connector: Table) -> None:
    if connector.text("type", example="csv") != "csv":
        return
    connector.only(*_CSV_KEYS)
    connector.text("path", example="data/name-*.csv")
    connector.text("member", "")
    connector.text("release", "")
    _check_encoding(connector)
    if len(connector.text("delimiter", ",")) != 1:
        fix = 'write delimiter = ",", ";" or "\\t"'
        connector.faults.add(connector.at("delimiter"), "The delimiter is one character.", fix)


def _check_encoding(connector: Table) -> None:
    name = connector.text("encoding", "auto")
    try:
        known = name == "auto" or bool(codecs.lookup(name))
    except LookupError:
        known = False
    if not known:
        problem = f"There is no encoding `{name}`."
        connector.faults.add(connector.at("encoding"), problem, did_you_mean(name, _ENCODINGS))
