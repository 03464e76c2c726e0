"""The grammar of a bulletin's text: words, and figures in braces. Data, never code.

    text        = anything, with placeholders; {{ and }} are braces
    placeholder = { WORD }
                | { METRIC [over SPAN] [where DIM=CODE[,CODE] …] [| VERB] [| or words] }
                | { METRIC by CUT [over SPAN] [where …] | FINDING [N] [| or words] }
                | { missed | met [| or words] }       of all figures that the bulletin lists

`or words` is said where there is no figure, or nothing was found.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dashboard.core.errors import did_you_mean
from dashboard.metrics.model import Where, filters

WORDS = MappingProxyType(
    {
        "period": "the days it tells of",
        "before": "the days it compares with",
        "year_before": "the same days a year before",
        "city": "name of the city",
        "as_of": "the instant the data speak of",
    }
)
SPANS = MappingProxyType(
    {
        "before": "the period before",
        "year_before": "the same days a year before",
        "year_to_date": "from 1 January to the end of the period",
    }
)
VERBS = MappingProxyType(
    {
        "figure": "the figure with its unit; the same as no verb",
        "number": "the figure without its unit",
        "counts": "numerator and denominator",
        "change": "the change against the period before, in words",
        "year_change": "the change against the same days a year before, in words",
        "target": "the target in force",
        "gap": "how far above or below the target, in words",
    }
)
FINDINGS = MappingProxyType(
    {
        "best": "the first N of the ranking, ties included",
        "worst": "the last N of the ranking, ties included",
        "largest": "the N largest",
        "smallest": "the N smallest",
        "rise": "the N that rose most against the period before",
        "fall": "the N that fell most",
        "missed": "all that missed the target",
        "met": "all that met it",
    }
)
JUDGED = frozenset({"best", "worst", "missed", "met"})
"""Findings that need a metric with a good direction."""

COMPARING = frozenset({"change", "year_change", "rise", "fall"})
VERDICTS = frozenset({"missed", "met"})
MOST = 99
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_EXAMPLE = "write {hotline.on_time_rate by district | best 3}"


class GrammarError(ValueError):
    """A placeholder that cannot be read."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


@dataclass(frozen=True)
class Word:
    name: str


@dataclass(frozen=True)
class Verdicts:
    """Which of the bulletin's own figures missed or met their targets."""

    finding: str
    otherwise: str | None = None


@dataclass(frozen=True)
class Ask:
    """A figure (`by` empty, `verb` of VERBS) or a finding over a cut (`verb` of FINDINGS);
    `most` 0 means all.
    """

    metric: str
    verb: str = "figure"
    by: str = ""
    over: str = ""
    where: Where = ()
    most: int = 0
    otherwise: str | None = None


Part = str | Word | Verdicts | Ask
Text = tuple[tuple[Part, ...], ...]
"""Paragraphs."""


def parse(text: str, tell: Callable[[GrammarError], None] | None = None) -> Text:
    """Paragraphs stand apart by a blank line; a line end inside one is no more than a blank.

    Args:
        tell: Hears of every placeholder that cannot be read, which is left out.

    Raises:
        GrammarError: Of the first such placeholder, where there is nobody to tell.
    """
    found = (tuple(_parts(_one_line(part), tell)) for part in re.split(r"\n\s*\n", text))
    return tuple(paragraph for paragraph in found if paragraph)


_NO_BLANK = re.compile(
    r"(?<=[^\x00-\x7f])(?:\s*\n\s*(?=[^\x00-\x7f])|\s+(?=\{))|(?<=\})\s+(?=[^\x00-\x7f])"
)
"""A line end between two Chinese characters, and any blank between one and a placeholder."""


def _one_line(paragraph: str) -> str:
    return re.sub(r"\s*\n\s*", " ", _NO_BLANK.sub("", paragraph.strip()))


def _parts(paragraph: str, tell: Callable[[GrammarError], None] | None) -> Iterator[Part]:
    at, plain = 0, ""
    for brace in _BRACES.finditer(paragraph):
        plain += paragraph[at : brace.start()]
        at = brace.end()
        if brace[0] in ("{{", "}}"):
            plain += brace[0][0]
            continue
        if plain:
            yield plain
        plain = ""
        try:
            yield placeholder(_inside(brace, paragraph))
        except GrammarError as error:
            if tell is None:
                raise
            tell(error)
    plain += paragraph[at:]
    if plain:
        yield plain


def _inside(brace: re.Match[str], paragraph: str) -> str:
    if brace[1] is None:
        about = paragraph[max(0, brace.start() - 20) : brace.end() + 20]
        fix = "close it, or write {{ and }} for braces that are meant"
        raise GrammarError(f"A brace stands alone in “{about}”.", fix)
    return brace[1]


def placeholder(written: str) -> Word | Verdicts | Ask:
    """What stands between two braces."""
    subject, *pipes = (part.strip() for part in written.split("|"))
    otherwise = None
    if pipes and (pipes[-1] == "or" or pipes[-1].startswith("or ")):
        otherwise = pipes.pop()[2:].strip()
    if len(pipes) > 1:
        raise GrammarError(f"`{{{written}}}` has too many bars.", _EXAMPLE)
    said = pipes[0] if pipes else ""
    if "." in subject.partition(" ")[0]:
        return _ask(written, subject, said, otherwise)
    return _word(subject, said, otherwise)


def _word(subject: str, said: str, otherwise: str | None) -> Word | Verdicts:
    if subject in VERDICTS and not said:
        return Verdicts(subject, otherwise)
    if subject in WORDS and not said and otherwise is None:
        return Word(subject)
    if subject in WORDS:
        raise GrammarError(f"`{subject}` stands alone in its braces.", f"write {{{subject}}}")
    problem = f"There is no word `{subject}`, and a metric has a dot in its name."
    raise GrammarError(problem, did_you_mean(subject, [*WORDS, *VERDICTS]))


def _ask(written: str, subject: str, said: str, otherwise: str | None) -> Ask:
    metric, *tokens = subject.split()
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", metric):
        raise GrammarError(f"`{metric}` is not the name of a metric.", _EXAMPLE)
    clauses = dict(_clauses(written, tokens))
    over, by = " ".join(clauses.get("over", ())), " ".join(clauses.get("by", ()))
    if over and over not in SPANS:
        raise GrammarError(f"There is no span `{over}`.", did_you_mean(over, SPANS))
    verb, most = _verb(said, by)
    if over in ("before", "year_before") and verb in COMPARING:
        fix = f"leave out `over {over}`"
        raise GrammarError(f"`{verb}` compares already, so it cannot stand `over {over}`.", fix)
    where = _where(clauses.get("where", []))
    return Ask(metric, verb, by, over, where, most, otherwise)


def _clauses(written: str, tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each keyword with what follows it."""
    seen: dict[str, list[str]] = {}
    for token in tokens:
        if token in ("over", "by", "where") and token not in seen:
            seen[token] = []
        elif not seen:
            problem = f"`{token}` cannot follow the metric in `{{{written}}}`."
            raise GrammarError(problem, did_you_mean(token, ("over", "by", "where")))
        else:
            seen[list(seen)[-1]].append(token)
    for keyword, given in seen.items():
        if not given or (keyword != "where" and len(given) > 1):
            raise GrammarError(f"`{keyword}` needs one name in `{{{written}}}`.", _EXAMPLE)
    yield from seen.items()


def _where(given: list[str]) -> Where:
    found: dict[str, list[str]] = {}
    for token in given:
        name, equals, codes = token.partition("=")
        if not (name and equals and codes):
            raise GrammarError(f"`{token}` is no filter.", "write where DIM=CODE")
        found.setdefault(name, []).extend(code for code in codes.split(",") if code)
    return filters(found)


def _verb(said: str, by: str) -> tuple[str, int]:
    verb, _, number = said.partition(" ")
    known: Mapping[str, str] = FINDINGS if by else VERBS
    if not verb and not by:
        return "figure", 0
    if verb not in known:
        problem = f"`by {by}` needs a finding." if by and not verb else f"`{verb}` is not known"
        if verb:
            problem += " after `by`." if by else " without `by`."
        raise GrammarError(problem, did_you_mean(verb, known))
    if not number:
        return verb, 0 if verb in VERDICTS or not by else 1
    if not by or not re.fullmatch(r"[1-9]\d?", number.strip()):
        raise GrammarError(f"`{said}`: `{number}` cannot stand there.", f"take 1 to {MOST}")
    return verb, int(number)


def asks(text: Text) -> Iterator[Ask]:
    for paragraph in text:
        yield from (part for part in paragraph if isinstance(part, Ask))
