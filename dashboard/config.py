"""Settings: the only reader of the environment."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.core.errors import ConfigError, did_you_mean

PREFIX = "YIPING_"


class Settings(BaseModel):
    """`YIPING_DATA_DIR` sets `data_dir`, and so on. A misspelt name stops the start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path | None = Field(
        None, description="Where databases and landed files go; default var/<pack name>"
    )
    state_url: str = Field(
        "", description="SQLAlchemy URL of the state; default SQLite in data_dir"
    )
    pull_seconds: int = Field(
        60, ge=0, description="Seconds between two pulls of the sources while serving; 0: never"
    )
    sentinel_seconds: int = Field(
        300,
        ge=0,
        description="Seconds between two rounds of the consistency check while serving; 0: never",
    )
    threads: int = Field(16, ge=2, description="Threads that answer requests")
    query_threads: int = Field(0, ge=0, description="Threads DuckDB may use; 0: one a core")
    memory_limit: str = Field(
        "",
        pattern=r"^(\d+(\.\d+)?\s?[KMGT]i?B)?$",
        description="Memory DuckDB may use, as 4GB; default 80 % of RAM",
    )
    log_level: str = Field(
        "warning", pattern="^(debug|info|warning|error)$", description="Log level"
    )

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> "Settings":
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX)
        }
        for name in sorted(given.keys() - cls.model_fields.keys()):
            raise ConfigError(
                f"Unknown setting `{PREFIX}{name.upper()}`.",
                where="the environment",
                fix=did_you_mean(
                    f"{PREFIX}{name.upper()}", [f"{PREFIX}{f.upper()}" for f in cls.model_fields]
                ),
            )
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            fault = error.errors()[0]
            name = f"{PREFIX}{str(fault['loc'][0]).upper()}"
            raise ConfigError(
                f"`{name}` cannot be used: {fault['msg']}.",
                where="the environment",
                fix=f"it means: {cls.model_fields[str(fault['loc'][0])].description}",
            ) from error

    def data_dir_of(self, pack: str) -> Path:
        return self.data_dir or Path("var") / pack
