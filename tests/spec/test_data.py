"""Figures of the data itself."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]

BATCHES = """
    id | landed_at        | read | accepted | unchanged | quarantined | cells | filled | on_time
    ---+------------------+------+----------+-----------+-------------+-------+--------+--------
    b1 | 2026-10-08T09:00 | 100  | 80       | 15        | 5           | 1000  | 900    |
    b2 | 2026-10-09T09:00 | 300  | 10       | 290       | 0           | 3000  | 2950   | yes
    b3 | 2026-10-11T09:00 | 0    | 0        | 0         | 0           | 0     | 0      | no
    b4 | 2026-11-01T00:00 | 900  | 0        | 0         | 900         | 9000  | 0      | no
"""


def test_rows_delivered_are_summed_over_batches(metric_spec: Spec) -> None:
    metric_spec("data.delivered_count", month="2026-10", deliveries=BATCHES, expect=ratio(400))


def test_a_row_we_had_already_is_usable(metric_spec: Spec) -> None:
    metric_spec("data.accepted_rate", month="2026-10", deliveries=BATCHES, expect=ratio(395, 400))


def test_a_row_refused_is_quarantined(metric_spec: Spec) -> None:
    metric_spec(
        "data.quarantined_rate",
        month="2026-10",
        deliveries=BATCHES,
        expect=ratio(5, 400),
        value="1.25",
    )


def test_completeness_is_of_cells_and_not_of_batches(metric_spec: Spec) -> None:
    metric_spec(
        "data.completeness_rate",
        month="2026-10",
        deliveries=BATCHES,
        expect=ratio(3850, 4000),
        value="96.3",  # 96.25; the mean of the two batches is 94.2
    )


def test_the_first_batch_of_a_source_is_neither_late_nor_in_time(metric_spec: Spec) -> None:
    metric_spec(
        "data.on_time_delivery_rate",
        month="2026-10",
        deliveries=BATCHES,
        expect=ratio(1, 2),
        state=FigureState.TOO_FEW,
    )


ROWS = """
    id | created_at       | closed_at        | state           | district_code | department_code | category_1_code
    ---+------------------+------------------+-----------------+---------------+-----------------+----------------
    A  | 2026-10-08T08:00 | 2026-10-09T08:00 | closed          | D1            | B1              | x:01
    B  | 2026-10-08T08:00 | 2026-10-07T08:00 | closed          |               | B1              | x:01
    C  | 2026-10-08T08:00 |                  | handling        | D1            |                 |
    D  | 2026-10-08T08:00 | 2026-10-08T08:00 | answered_direct | D2            |                 | x:02
    E  | 2026-10-08T08:00 |                  | received        | D2            |                 |
    F  | 2026-10-08T08:00 |                  | voided          |               |                 |
"""  # noqa: E501 - one row is one ticket


def test_a_ticket_without_a_region_is_not_located(metric_spec: Spec) -> None:
    metric_spec("data.located_rate", month="2026-10", tickets=ROWS, expect=ratio(4, 5))


def test_a_ticket_nobody_had_in_hand_needs_no_department(metric_spec: Spec) -> None:
    metric_spec("data.assigned_rate", month="2026-10", tickets=ROWS, expect=ratio(2, 3))


def test_a_ticket_without_a_category_is_not_categorised(metric_spec: Spec) -> None:
    metric_spec("data.categorised_rate", month="2026-10", tickets=ROWS, expect=ratio(3, 5))


def test_closed_before_it_came_is_not_plausible(metric_spec: Spec) -> None:
    metric_spec("data.plausible_times_rate", month="2026-10", tickets=ROWS, expect=ratio(2, 3))


def test_grid_events_are_data_too(metric_spec: Spec) -> None:
    metric_spec(
        "data.located_rate",
        month="2026-10",
        tickets=ROWS,
        grid_events="""
            id | created_at       | grid_code
            ---+------------------+----------
            A  | 2026-10-08T18:00 | G111
        """,
        expect=ratio(5, 6),
    )
