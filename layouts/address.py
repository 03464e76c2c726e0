"""The address of a page: what a person sees is a link."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit


@dataclass(frozen=True)
class Address:
    """A path and its parameters in their order; a parameter may repeat."""

    path: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, url: str) -> "Address":
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=False, max_num_fields=2000)
        return cls(parts.path or "/", tuple(pairs))

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.params if key == name), default)

    def with_(self, **changes: str) -> "Address":
        """These parameters set once each; an empty value removes the parameter."""
        kept = [(k, v) for k, v in self.params if k not in changes]
        return replace(self, params=(*kept, *((k, v) for k, v in changes.items() if v)))

    def set_(self, changes: dict[str, str]) -> "Address":
        """`with_` for names that are no Python words, such as `from`."""
        return self.with_(**changes)

    def without(self, *names: str) -> "Address":
        return replace(self, params=tuple((k, v) for k, v in self.params if k not in names))

    def at(self, path: str) -> "Address":
        return replace(self, path=path)

    @property
    def search(self) -> str:
        """The query string with its question mark, or nothing."""
        text = urlencode(self.params, quote_via=quote, safe=":,")
        return f"?{text}" if text else ""

    @property
    def href(self) -> str:
        return self.path + self.search
