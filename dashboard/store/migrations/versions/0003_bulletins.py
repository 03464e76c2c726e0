"""Bulletins with their errata and files, and the scheduled runs that issue them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _bulletins()
    _errata()
    _files()
    _runs()


def _bulletins() -> None:
    op.create_table(
        "bulletins",
        sa.Column("number", sa.String(120), nullable=False, comment="Template, year, serial"),
        sa.Column("template", sa.String(80), nullable=False, comment="Its template in the pack"),
        sa.Column("year", sa.Integer(), nullable=False, comment="Year of issue, in the city"),
        sa.Column("serial", sa.Integer(), nullable=False, comment="From 1 in template and year"),
        sa.Column("period_first", sa.Date(), nullable=False, comment="First day it tells of"),
        sa.Column("period_last", sa.Date(), nullable=False, comment="Last day it tells of"),
        sa.Column("issued_at", sa.DateTime(), nullable=False, comment="When it was sealed, UTC"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="Of `content`, as UTF-8"),
        sa.Column("content", sa.Text(), nullable=False, comment="All of it, as canonical JSON"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bulletins")),
        sa.UniqueConstraint("template", "year", "serial", name="uq_bulletins_serial"),
        sa.UniqueConstraint("template", "period_first", "period_last", name="uq_bulletins_period"),
        comment="One row is a sealed bulletin; rows are added, never changed",
    )


def _errata() -> None:
    op.create_table(
        "errata",
        sa.Column("number", sa.String(120), nullable=False, comment="The bulletin's, -E, serial"),
        sa.Column("bulletin", sa.String(120), nullable=False, comment="Bulletin it corrects"),
        sa.Column("serial", sa.Integer(), nullable=False, comment="From 1 in its bulletin"),
        sa.Column("issued_at", sa.DateTime(), nullable=False, comment="When it was sealed, UTC"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="Of `content`, as UTF-8"),
        sa.Column("content", sa.Text(), nullable=False, comment="All of it, as canonical JSON"),
        sa.ForeignKeyConstraint(["bulletin"], ["bulletins.number"], name="fk_errata_bulletin"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_errata")),
        sa.UniqueConstraint("bulletin", "serial", name="uq_errata_serial"),
        comment="One row is a sealed correction of a bulletin; rows are added, never changed",
    )


def _files() -> None:
    op.create_table(
        "bulletin_files",
        sa.Column("number", sa.String(120), nullable=False, comment="Bulletin or erratum"),
        sa.Column("extension", sa.String(8), nullable=False, comment="docx, html, json or pdf"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="Of the file"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, comment="Size of the file"),
        sa.Column("made_at", sa.DateTime(), nullable=False, comment="When it was written, UTC"),
        sa.PrimaryKeyConstraint("number", "extension", name=op.f("pk_bulletin_files")),
        comment="One row is a bulletin or an erratum as a file",
    )


def _runs() -> None:
    op.create_table(
        "bulletin_runs",
        sa.Column("template", sa.String(80), nullable=False, comment="Its template in the pack"),
        sa.Column("due_at", sa.DateTime(), nullable=False, comment="When it was to run, UTC"),
        sa.Column(
            "state", sa.String(16), nullable=False, comment="running, done, failed or passed over"
        ),
        sa.Column("tries", sa.Integer(), nullable=False, comment="How often it was begun"),
        sa.Column("claimed_at", sa.DateTime(), nullable=False, comment="When last begun, UTC"),
        sa.Column("number", sa.String(120), nullable=True, comment="Bulletin it led to"),
        sa.Column("error", sa.Text(), nullable=True, comment="Why it last failed"),
        sa.PrimaryKeyConstraint("template", "due_at", name=op.f("pk_bulletin_runs")),
        comment="One row is a scheduled run, claimed by the process that begins it",
    )
