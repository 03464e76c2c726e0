"""Scores: how several figures become one, and when there is none."""

from collections.abc import Callable

from dashboard.core.values import FigureState

Spec = Callable[..., object]

THREE_RATES = """
    id | due_at           | dispatched_at    | responded_on_time | followed_up_at   | solved | satisfaction | state  | n
    ---+------------------+------------------+-------------------+------------------+--------+--------------+--------+---
    A  | 2026-10-08T18:00 | 2026-10-06T09:00 | yes               | 2026-10-09T18:00 | yes    | satisfied    | closed | 60
    B  | 2026-10-08T18:00 | 2026-10-06T09:00 | yes               | 2026-10-09T18:00 | yes    | dissatisfied | closed | 20
    C  | 2026-10-08T18:00 | 2026-10-06T09:00 | no                | 2026-10-09T18:00 | no     | dissatisfied | closed | 20
"""  # noqa: E501 - one row is one ticket


def test_the_composite_weighs_the_three_rates(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.composite_score",
        month="2026-10",
        tickets=THREE_RATES,
        value="73.00",  # 0.30 × 80 + 0.35 × 80 + 0.35 × 60
    )


def test_a_unit_with_too_few_cases_is_not_scored(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.composite_score",
        month="2026-10",
        tickets=THREE_RATES.replace("| 60\n", "| 6\n").replace("| 20\n", "| 2\n"),
        state=FigureState.TOO_FEW,
    )


def test_points_fall_from_the_threshold_to_the_floor(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.points_score",
        month="2026-10",
        tickets="""
            id | dispatched_at    | sign_due_at      | signed_at        | due_at           | replied_at       | followed_up_at   | satisfaction | channel  | n
            ---+------------------+------------------+------------------+------------------+------------------+------------------+--------------+----------+---
            A  | 2026-10-06T09:00 | 2026-10-06T11:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | satisfied    | phone    | 56
            B  | 2026-10-06T09:00 | 2026-10-06T11:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | satisfied    | superior | 21
            C  | 2026-10-06T09:00 | 2026-10-06T11:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | 2026-10-09T18:00 | dissatisfied | superior | 3
            D  | 2026-10-06T09:00 | 2026-10-06T11:00 | 2026-10-06T12:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | 2026-10-09T18:00 | dissatisfied | phone    | 20
        """,  # noqa: E501 - one row is one ticket
        value="37.75",  # 80 % signed: 0; 77 % on time: 2; 77 %: 16 → 25 − 0.5 × 18; 87.5 %: 19.75
    )


AREA = """
    id | filed_at         | due_at           | closed_at        | channel | state    | n
    ---+------------------+------------------+------------------+---------+----------+---
    A  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | public  | closed   | 10
    B  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | patrol  | closed   | 5
    C  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | patrol  | closed   | 3
    D  | 2026-10-06T09:00 | 2026-10-08T18:00 |                  | patrol  | handling | 2
"""


def test_an_area_is_graded_by_reports_density_and_closing(metric_spec: Spec) -> None:
    metric_spec(
        "grid.area_score",
        month="2026-10",
        grid_events=AREA,
        value="70.00",  # 0.1 × 50 + 0.2 × 40 (20 cases on 3 grids) + 0.3 × 90 + 0.4 × 75
        grade="C",
    )


DEPARTMENT = """
    id | filed_at         | dispatched_at    | disposal_due_at  | due_at           | replied_at       | closed_at        | rework_count | state    | n
    ---+------------------+------------------+------------------+------------------+------------------+------------------+--------------+----------+---
    A  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | 0            | closed   | 80
    B  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 | 2026-10-09T18:00 | 2026-10-10T18:00 | 1            | closed   | 10
    C  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 | 2026-10-09T18:00 |                  | 0            | feedback | 10
"""  # noqa: E501 - one row is one case


def test_a_hundred_cases_belong_to_the_band_that_ends_at_a_hundred(metric_spec: Spec) -> None:
    metric_spec(
        "grid.department_score",
        month="2026-10",
        grid_events=DEPARTMENT,
        value="87.00",  # 0.1 × 90 + 0.3 × 90 closed + 0.3 × 80 on time + 0.3 × (100 − 10)
        grade="B",
    )


POSTS = """
    id | created_at       | filed_at         | dispatched_at    | replied_at       | due_at           | closed_at        | report_valid | omitted | verified_on_time | checked_on_time | filed_on_time | dispatched_on_time | return_count | state  | supervisor_code | n
    ---+------------------+------------------+------------------+------------------+------------------+------------------+--------------+---------+------------------+-----------------+---------------+--------------------+--------------+--------+-----------------+----
    A  | 2026-10-06T08:00 | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-07T10:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | yes          | no      | yes              | yes             | yes           | yes                | 0            | closed | P1              | 160
    B  | 2026-10-06T08:00 | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-07T10:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | yes          | yes     | no               | yes             | no            | no                 | 1            | closed | P1              | 40
    C  | 2026-10-06T08:00 | 2026-10-06T09:00 |                  |                  |                  |                  | no           |         |                  |                 |               |                    |              | voided | P1              | 50
    D  | 2026-10-06T08:00 | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-07T10:00 | 2026-10-08T18:00 |                  | no           | yes     | no               | no              | no            | no                 | 3            | rework | P2              | 30
"""  # noqa: E501 - one row is one event


def test_a_supervisor_is_judged_by_the_own_reports(metric_spec: Spec) -> None:
    metric_spec(
        "grid.supervisor_score",
        month="2026-10",
        where={"supervisor": "P1"},
        grid_events=POSTS,
        value="84.00",  # 0.4 × 80 + 0.2 × (100 − 20) + 0.2 × 80 + 0.2 × 100
        grade="B",
    )


def test_an_acceptor_is_judged_by_volume_and_time(metric_spec: Spec) -> None:
    metric_spec(
        "grid.acceptor_score",
        month="2026-10",
        where={"supervisor": "P1"},
        grid_events=POSTS,
        value="77.00",  # 0.25 × 40 (200 events) + 0.40 × 80 + 0.35 × 100
        grade="B",
    )


def test_a_shift_leader_is_judged_by_what_was_filed(metric_spec: Spec) -> None:
    metric_spec(
        "grid.shift_leader_score",
        month="2026-10",
        where={"supervisor": "P1"},
        grid_events=POSTS,
        value="80.00",  # 0.25 × 80 + 0.40 × 80 (50 of 250 voided) + 0.35 × 80
        grade="B",
    )


def test_a_dispatcher_is_judged_by_volume_time_and_the_right_door(metric_spec: Spec) -> None:
    metric_spec(
        "grid.dispatcher_score",
        month="2026-10",
        where={"supervisor": "P1"},
        grid_events=POSTS,
        value="72.00",  # 0.2 × 40 (200 cases) + 0.4 × 80 + 0.4 × 80
        grade="C",
    )
