"""`check`: every fault of a pack at once, before anything is read into a database."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from dashboard.city.check import check_city
from dashboard.city.load import load_city
from dashboard.city.model import City, SourceSpec
from dashboard.city.notices import notices_of
from dashboard.cli.arguments import Commands, command, say, with_city
from dashboard.config import Settings
from dashboard.core.clock import system_clock
from dashboard.core.errors import Fault, PackError
from dashboard.ingest.compiled import compile_source
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.local_rules import with_local_rules
from dashboard.reports.loader import read_templates
from data_sources import registry


def add(commands: Commands) -> None:
    with_city(command(commands, "check", run, "validate a city pack: every file, code and mapping"))


def run(arguments: argparse.Namespace, _settings: Settings) -> int:
    folder: Path = arguments.city
    catalogue = Catalogue.load()
    faults = check_city(folder, known_metrics=catalogue.ids, columns_of=columns_of(folder))
    if faults:
        raise PackError(faults)
    city = load_city(folder)
    catalogue = with_local_rules(catalogue, city)
    faults = [*faults_of_mappings(city), *read_templates(city, catalogue).faults]
    if faults:
        raise PackError(faults)
    for notice in notices_of(city, system_clock().astimezone(city.zone).date()):
        say(f"Notice: {notice}\n")
    say(
        f"{folder} is good: {len(city.regions)} regions, {len(city.departments)} departments,"
        f" {len(city.categories)} categories, {len(city.sources)} sources"
        f" ({', '.join(city.sources)}); {len(catalogue)} metrics"
    )
    return 0


def columns_of(folder: Path) -> Callable[[SourceSpec], Sequence[str]]:
    def columns(spec: SourceSpec) -> Sequence[str]:
        source = registry.create(spec.connector, folder=folder, zone=spec.zone, where=spec.where)
        return source.columns()

    return columns


def faults_of_mappings(city: City) -> list[Fault]:
    faults: list[Fault] = []
    for spec in city.sources.values():
        try:
            compile_source(spec, city)
        except PackError as error:
            faults += error.faults
    return faults
