"""The state tables: what the program has to remember about its own work."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

sources = Table(
    "sources", metadata,
    Column("name", String(200), primary_key=True, comment="Name of the source in the pack"),
    Column("cursor", Text, comment="Where its connector got to, as JSON"),
    Column("last_attempt_at", DateTime, comment="When it was last asked, UTC"),
    Column("last_success_at", DateTime, comment="When it last ran to its end, UTC"),
    Column("last_error", Text, comment="Why it last failed; NULL after a success"),
    Column("last_error_at", DateTime, comment="When it last failed, UTC"),
    Column("complete_to", DateTime, comment="Instant up to which it is complete, UTC"),
    Column("read", BigInteger, nullable=False, default=0, comment="Rows read in all"),
    Column("accepted", BigInteger, nullable=False, default=0, comment="Rows accepted in all"),
    Column("unchanged", BigInteger, nullable=False, default=0, comment="Rows known already"),
    Column("quarantined", BigInteger, nullable=False, default=0, comment="Rows refused in all"),
    comment="One row is a source and how far it got",
)  # fmt: skip

batches = Table(
    "batches", metadata,
    Column("id", String(64), primary_key=True, comment="Sorts by time"),
    Column("source", String(200), nullable=False, comment="Source it came from"),
    Column("origin", Text, nullable=False, comment="File or address"),
    Column("landed_path", Text, nullable=False, comment="Parquet, relative to the data folder"),
    Column("landed_at", DateTime, nullable=False, comment="When it was landed, UTC"),
    Column("finished_at", DateTime, comment="When it was stored, UTC; NULL: not (yet)"),
    Column("outcome", String(16), nullable=False, comment="running, stored, failed, abandoned"),
    Column("read", Integer, nullable=False, default=0, comment="Rows"),
    Column("accepted", Integer, nullable=False, default=0, comment="Rows that changed the facts"),
    Column("unchanged", Integer, nullable=False, default=0, comment="Rows known already"),
    Column("quarantined", Integer, nullable=False, default=0, comment="Rows refused"),
    Column("bytes", BigInteger, nullable=False, default=0, comment="Size of the landed file"),
    Column("mapping_digest", String(64), nullable=False, comment="Mapping it last went through"),
    Column(
        "superseded_at", DateTime,
        comment="When its origin was delivered anew, UTC; NULL: not (yet)",
    ),
    Index("ix_batches_source", "source"),
    comment="One row is a landed batch",
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, comment="Number"),
    Column("source", String(200), nullable=False, comment="Source it came from"),
    Column("batch_id", String(64), ForeignKey(batches.c.id), nullable=False, comment="Its batch"),
    Column("batch_row", Integer, nullable=False, comment="Row in that batch, from 1"),
    Column("source_id", Text, nullable=False, comment="The row's own id, empty if it has none"),
    Column("reason", String(64), nullable=False, comment="Code of the first fault"),
    Column("message", Text, nullable=False, comment="Every fault, in words"),
    Column("field", Text, nullable=False, comment="Field of the first fault"),
    Column("value", Text, nullable=False, comment="What stood in it"),
    Column("raw", Text, nullable=False, comment="The row as it came, as JSON"),
    Column("others", Integer, nullable=False, comment="0; or so many more rows, not listed"),
    Column("raw_hash", String(32), nullable=False, comment="Digest of `raw`: the same row again"),
    Column("quarantined_at", DateTime, nullable=False, comment="When it was refused, UTC"),
    Column("resolved_at", DateTime, comment="When it was accepted or superseded; NULL: open"),
    Index("ix_quarantine_source", "source", "resolved_at"),
    Index("ix_quarantine_batch_id", "batch_id"),
    comment="One row is a row that could not become a fact",
)  # fmt: skip

notes = Table(
    "notes", metadata,
    Column("source", String(200), primary_key=True, comment="Source it was seen in"),
    Column("batch_id", String(64), ForeignKey(batches.c.id), primary_key=True, comment="Batch"),
    Column("kind", String(64), primary_key=True, comment="missing_marker, stripped, unknown …"),
    Column("field", String(200), primary_key=True, comment="Field it concerns"),
    Column("count", Integer, nullable=False, comment="How often"),
    Column("example", Text, nullable=False, comment="One of the values"),
    comment="One row is a quirk a mapping smoothed over, counted",
)  # fmt: skip

bulletins = Table(
    "bulletins", metadata,
    Column("number", String(120), primary_key=True, comment="Template, year, serial"),
    Column("template", String(80), nullable=False, comment="Its template in the pack"),
    Column("year", Integer, nullable=False, comment="Year of issue, in the city"),
    Column("serial", Integer, nullable=False, comment="From 1 in template and year"),
    Column("period_first", Date, nullable=False, comment="First day it tells of"),
    Column("period_last", Date, nullable=False, comment="Last day it tells of"),
    Column("issued_at", DateTime, nullable=False, comment="When it was sealed, UTC"),
    Column("sha256", String(64), nullable=False, comment="Of `content`, as UTF-8"),
    Column("content", Text, nullable=False, comment="All of it, as canonical JSON"),
    UniqueConstraint("template", "year", "serial", name="uq_bulletins_serial"),
    UniqueConstraint("template", "period_first", "period_last", name="uq_bulletins_period"),
    comment="One row is a sealed bulletin; rows are added, never changed",
)  # fmt: skip

errata = Table(
    "errata", metadata,
    Column("number", String(120), primary_key=True, comment="The bulletin's, -E, serial"),
    Column(
        "bulletin", String(120), ForeignKey(bulletins.c.number), nullable=False,
        comment="Bulletin it corrects",
    ),
    Column("serial", Integer, nullable=False, comment="From 1 in its bulletin"),
    Column("issued_at", DateTime, nullable=False, comment="When it was sealed, UTC"),
    Column("sha256", String(64), nullable=False, comment="Of `content`, as UTF-8"),
    Column("content", Text, nullable=False, comment="All of it, as canonical JSON"),
    UniqueConstraint("bulletin", "serial", name="uq_errata_serial"),
    comment="One row is a sealed correction of a bulletin; rows are added, never changed",
)  # fmt: skip

bulletin_files = Table(
    "bulletin_files", metadata,
    Column("number", String(120), primary_key=True, comment="Bulletin or erratum"),
    Column("extension", String(8), primary_key=True, comment="docx, html, json or pdf"),
    Column("sha256", String(64), nullable=False, comment="Of the file"),
    Column("bytes", BigInteger, nullable=False, comment="Size of the file"),
    Column("made_at", DateTime, nullable=False, comment="When it was written, UTC"),
    comment="One row is a bulletin or an erratum as a file",
)  # fmt: skip

bulletin_runs = Table(
    "bulletin_runs", metadata,
    Column("template", String(80), primary_key=True, comment="Its template in the pack"),
    Column("due_at", DateTime, primary_key=True, comment="When it was to run, UTC"),
    Column("state", String(16), nullable=False, comment="running, done, failed or passed over"),
    Column("tries", Integer, nullable=False, comment="How often it was begun"),
    Column("claimed_at", DateTime, nullable=False, comment="When last begun, UTC"),
    Column("number", String(120), comment="Bulletin it led to"),
    Column("error", Text, comment="Why it last failed"),
    comment="One row is a scheduled run, claimed by the process that begins it",
)  # fmt: skip
