"""Batches know when their origin was delivered anew, so that their notes no longer count."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "batches",
        sa.Column(
            "superseded_at",
            sa.DateTime(),
            nullable=True,
            comment="When its origin was delivered anew, UTC; NULL: not (yet)",
        ),
    )
