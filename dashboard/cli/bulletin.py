"""`bulletin`: issue, list, verify and correct bulletins by hand."""

import argparse
import getpass
from collections.abc import Iterator
from pathlib import Path

from dashboard.cli.arguments import Commands, command, say, tell, with_city
from dashboard.cli.services import opened
from dashboard.cli.table import aligned
from dashboard.config import Settings
from dashboard.core.errors import UsageError
from dashboard.reports.archive import archive, sealed, verify, verify_all
from dashboard.reports.compose import Stamp, compose, document
from dashboard.reports.content import Difference
from dashboard.reports.corrections import Correction, Proposal, correct, propose
from dashboard.reports.files import FOLDER, make_all, path_of
from dashboard.reports.issue import issue, period_asked
from dashboard.reports.loader import read_templates, template_named
from dashboard.reports.page import page
from dashboard.reports.word import docx
from dashboard.services import Services
from dashboard.store.bulletins import Sealed

SHOWN_DIFFERENCES = 20


def add(commands: Commands) -> None:
    parser = with_city(command(commands, "bulletin", run, "issue, list, verify, correct bulletins"))
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--list", action="store_true", help="what was issued, and what can be; default"
    )
    one.add_argument("--issue", metavar="NAME", help="seal the bulletin of this template")
    one.add_argument("--preview", metavar="NAME", help="write a draft of it; nothing is sealed")
    one.add_argument("--verify", nargs="?", const="", metavar="NUMBER", help="do the seals hold?")
    one.add_argument("--erratum", metavar="NUMBER", help="correct every figure that differs now")
    parser.add_argument("--period", default="", metavar="P", help="2026-11-20, 2026-11, A..B …")
    parser.add_argument("--reason", default="", help="why it is corrected; printed")
    parser.add_argument("--by", default="", metavar="WHO", help="who answers for it; default you")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(arguments, settings) as services:
        if arguments.issue:
            return _issue(services, arguments)
        if arguments.preview:
            return _preview(services, arguments)
        if arguments.verify is not None:
            return _verify(services, arguments.verify)
        if arguments.erratum:
            return _correct(services, arguments)
        return _list(services)


def _who(arguments: argparse.Namespace) -> str:
    try:
        return str(arguments.by or getpass.getuser())
    except (KeyError, OSError):
        raise UsageError("Nobody is named.", where="--by", fix="give --by NAME") from None


def _issue(services: Services, arguments: argparse.Namespace) -> int:
    template = template_named(arguments.issue, services.city, services.engine.catalogue)
    days = period_asked(services, template, arguments.period)
    issued = issue(services, template, days, _who(arguments))
    if issued.new:
        say(f"{issued.sealed.number} issued for {days.period}, sealed {issued.sealed.sha256}")
    else:
        say(f"{issued.sealed.number} was issued for {days.period} before")
        for line in proposed(propose(services, issued.sealed)):
            say(line)
    _files(services, issued.sealed)
    return 0


def proposed(proposal: Proposal) -> Iterator[str]:
    """What has become of the figures since, and how to say so."""
    for metric in proposal.gone:
        yield f"  {metric} is no longer in the catalogue and cannot be asked again"
    if proposal.unchanged:
        yield "  unchanged: every figure stands as issued, with its errata"
        return
    count = len(proposal.differences)
    yield f"  {count} figures differ now (data version {proposal.version.version}):"
    for difference in proposal.differences[:SHOWN_DIFFERENCES]:
        yield f"    {told(difference)}"
    if count > SHOWN_DIFFERENCES:
        yield f"    … and {count - SHOWN_DIFFERENCES} more"
    yield f"  to correct them: --erratum {proposal.sealed.number} --reason …"


def told(difference: Difference) -> str:
    query = difference.query
    group = "".join(f" {name}={code}" for name, code in difference.group.items())
    where = "".join(f" {name}={','.join(codes)}" for name, codes in query["where"].items())
    sides = (difference.before, difference.after)
    was, is_now = ("absent" if side is None else figure(side) for side in sides)
    return f"{difference.metric} {query['from']}..{query['to']}{where}{group}: {was} → {is_now}"


def figure(side: object) -> str:
    assert isinstance(side, dict)  # noqa: S101 - read from our own JSON
    below = "" if side["denominator"] is None else f" ({side['numerator']}/{side['denominator']})"
    return f"{side['value'] if side['value'] is not None else side['state']}{below}"


def _files(services: Services, one: Sealed) -> None:
    made = make_all(services, one)
    for extension in made.extensions:
        say(f"  {path_of(services, one.number, extension)}")
    for problem in made.problems:
        tell(str(problem))


def _preview(services: Services, arguments: argparse.Namespace) -> int:
    """A draft says that it is one, has no number, and leaves no trace in the archive."""
    template = template_named(arguments.preview, services.city, services.engine.catalogue)
    days = period_asked(services, template, arguments.period)
    composed, now = compose(services, template, days), services.clock()
    draft = document(services, composed, Stamp(now))
    folder: Path = services.data_dir / FOLDER / "preview"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{template.name}.html").write_text(page(draft, ""), "utf-8")
    (folder / f"{template.name}.docx").write_bytes(docx(draft, "", now))
    for extension in ("html", "docx"):
        say(str(folder / f"{template.name}.{extension}"))
    return 0


def _verify(services: Services, number: str) -> int:
    one = [verify(services, sealed(services, number))] if number else []
    verdicts = one or verify_all(services)
    for verdict in verdicts:
        say(f"{verdict.number}: {'holds' if verdict.holds else 'DOES NOT HOLD'}")
        for fault in verdict.faults:
            say(f"    {fault}")
    broken = sum(not verdict.holds for verdict in verdicts)
    say(f"{len(verdicts)} verified, {broken} do not hold")
    return 1 if broken else 0


def _correct(services: Services, arguments: argparse.Namespace) -> int:
    proposal = propose(services, sealed(services, arguments.erratum))
    erratum = correct(services, proposal, Correction(arguments.reason, _who(arguments)))
    count = len(proposal.differences)
    say(
        f"{erratum.number} corrects {count} figures of {arguments.erratum}, sealed {erratum.sha256}"
    )
    _files(services, erratum)
    return 0


def _list(services: Services) -> int:
    issued = archive(services)
    rows = [["number", "period", "issued", "by", "files", "errata"]]
    rows += [
        [
            one.number,
            str(one.period),
            f"{one.issued_at:%Y-%m-%d %H:%M}",
            one.issued_by,
            " ".join(one.files),
            " ".join(erratum.number for erratum in one.errata),
        ]
        for one in issued
    ]
    for line in aligned(rows) if issued else ["nothing has been issued yet"]:
        say(line)
    reading = read_templates(services.city, services.engine.catalogue)
    for template in reading.templates.values():
        say(f"template {template.name}  {template.title} ({template.kind})")
    for fault in reading.faults:
        tell(str(fault))
    return 0
