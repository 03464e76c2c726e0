"""The first state tables: sources, batches, quarantine, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=64), nullable=False, comment="Sorts by time"),
        sa.Column("source", sa.String(length=200), nullable=False, comment="Source it came from"),
        sa.Column("origin", sa.Text(), nullable=False, comment="File or address"),
        sa.Column(
            "landed_path", sa.Text(), nullable=False, comment="Parquet, relative to the data folder"
        ),
        sa.Column("landed_at", sa.DateTime(), nullable=False, comment="When it was landed, UTC"),
        sa.Column(
            "finished_at",
            sa.DateTime(),
            nullable=True,
            comment="When it was stored, UTC; NULL: not (yet)",
        ),
        sa.Column(
            "outcome",
            sa.String(length=16),
            nullable=False,
            comment="running, stored, failed, abandoned",
        ),
        sa.Column("read", sa.Integer(), nullable=False, comment="Rows"),
        sa.Column("accepted", sa.Integer(), nullable=False, comment="Rows that changed the facts"),
        sa.Column("unchanged", sa.Integer(), nullable=False, comment="Rows known already"),
        sa.Column("quarantined", sa.Integer(), nullable=False, comment="Rows refused"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, comment="Size of the landed file"),
        sa.Column(
            "mapping_digest",
            sa.String(length=64),
            nullable=False,
            comment="Mapping it last went through",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        comment="One row is a landed batch",
    )
    op.create_index("ix_batches_source", "batches", ["source"], unique=False)
    op.create_table(
        "sources",
        sa.Column(
            "name", sa.String(length=200), nullable=False, comment="Name of the source in the pack"
        ),
        sa.Column(
            "cursor", sa.Text(), nullable=True, comment="Where its connector got to, as JSON"
        ),
        sa.Column(
            "last_attempt_at", sa.DateTime(), nullable=True, comment="When it was last asked, UTC"
        ),
        sa.Column(
            "last_success_at",
            sa.DateTime(),
            nullable=True,
            comment="When it last ran to its end, UTC",
        ),
        sa.Column(
            "last_error",
            sa.Text(),
            nullable=True,
            comment="Why it last failed; NULL after a success",
        ),
        sa.Column(
            "last_error_at", sa.DateTime(), nullable=True, comment="When it last failed, UTC"
        ),
        sa.Column(
            "complete_to",
            sa.DateTime(),
            nullable=True,
            comment="Instant up to which it is complete, UTC",
        ),
        sa.Column("read", sa.BigInteger(), nullable=False, comment="Rows read in all"),
        sa.Column("accepted", sa.BigInteger(), nullable=False, comment="Rows accepted in all"),
        sa.Column("unchanged", sa.BigInteger(), nullable=False, comment="Rows known already"),
        sa.Column("quarantined", sa.BigInteger(), nullable=False, comment="Rows refused in all"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
        comment="One row is a source and how far it got",
    )
    op.create_table(
        "notes",
        sa.Column("source", sa.String(length=200), nullable=False, comment="Source it was seen in"),
        sa.Column("batch_id", sa.String(length=64), nullable=False, comment="Batch"),
        sa.Column(
            "kind",
            sa.String(length=64),
            nullable=False,
            comment="missing_marker, stripped, unknown …",
        ),
        sa.Column("field", sa.String(length=200), nullable=False, comment="Field it concerns"),
        sa.Column("count", sa.Integer(), nullable=False, comment="How often"),
        sa.Column("example", sa.Text(), nullable=False, comment="One of the values"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_notes_batch_id")),
        sa.PrimaryKeyConstraint("source", "batch_id", "kind", "field", name=op.f("pk_notes")),
        comment="One row is a quirk a mapping smoothed over, counted",
    )
    op.create_table(
        "quarantine",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="Number",
        ),
        sa.Column("source", sa.String(length=200), nullable=False, comment="Source it came from"),
        sa.Column("batch_id", sa.String(length=64), nullable=False, comment="Its batch"),
        sa.Column("batch_row", sa.Integer(), nullable=False, comment="Row in that batch, from 1"),
        sa.Column(
            "source_id", sa.Text(), nullable=False, comment="The row's own id, empty if it has none"
        ),
        sa.Column(
            "reason", sa.String(length=64), nullable=False, comment="Code of the first fault"
        ),
        sa.Column("message", sa.Text(), nullable=False, comment="Every fault, in words"),
        sa.Column("field", sa.Text(), nullable=False, comment="Field of the first fault"),
        sa.Column("value", sa.Text(), nullable=False, comment="What stood in it"),
        sa.Column("raw", sa.Text(), nullable=False, comment="The row as it came, as JSON"),
        sa.Column(
            "others", sa.Integer(), nullable=False, comment="0; or so many more rows, not listed"
        ),
        sa.Column(
            "raw_hash",
            sa.String(length=32),
            nullable=False,
            comment="Digest of `raw`: the same row again",
        ),
        sa.Column(
            "quarantined_at", sa.DateTime(), nullable=False, comment="When it was refused, UTC"
        ),
        sa.Column(
            "resolved_at",
            sa.DateTime(),
            nullable=True,
            comment="When it was accepted or superseded; NULL: open",
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_quarantine_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        comment="One row is a row that could not become a fact",
    )
    op.create_index("ix_quarantine_batch_id", "quarantine", ["batch_id"], unique=False)
    op.create_index("ix_quarantine_source", "quarantine", ["source", "resolved_at"], unique=False)
