"""What callers say when they are asked, and what a city makes of it."""

from collections.abc import Callable
from decimal import Decimal

from dashboard.core.values import Ratio
from tests.rows import ratio

Spec = Callable[..., object]

ANSWERS = """
    id | followed_up_at   | satisfaction        | channel  | n
    ---+------------------+---------------------+----------+----
    A  | 2024-06-08T18:00 | satisfied           | phone    | 600
    B  | 2024-06-08T18:00 | satisfied           | superior | 14
    C  | 2024-06-08T18:00 | basically_satisfied | phone    | 30
    D  | 2024-06-08T18:00 | basically_satisfied | superior | 4
    E  | 2024-06-08T18:00 | dissatisfied        | phone    | 20
    F  | 2024-06-08T18:00 | dissatisfied        | superior | 2
    G  | 2024-06-08T18:00 |                     | phone    | 300
"""
"""The 670 appraised tickets a district of Xining printed for June 2024: 614 satisfied, 34 basically
satisfied, 22 not. The channels are ours."""


def test_basically_satisfied_counts_as_much_as_the_city_says(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.satisfaction_rate",
        month="2024-06",
        tickets=ANSWERS,
        parameters={"basically_satisfied_weight": "0.6"},
        expect=Ratio(Decimal("634.4"), Decimal(670)),
        value="94.7",  # printed as 94.69
    )


def test_basically_satisfied_counts_as_one_where_the_city_says_nothing(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.satisfaction_rate",
        month="2024-06",
        tickets=ANSWERS,
        expect=ratio(648, 670),
        value="96.7",
    )


def test_no_weight_makes_a_basically_satisfied_caller_dissatisfied(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.dissatisfaction_rate",
        month="2024-06",
        tickets=ANSWERS,
        parameters={"basically_satisfied_weight": "0.6"},
        expect=ratio(22, 670),
    )


def test_tickets_passed_down_are_judged_by_themselves(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.passed_down_satisfaction_rate",
        month="2024-06",
        tickets=ANSWERS,
        parameters={"basically_satisfied_weight": "0.6"},
        expect=Ratio(Decimal("16.4"), Decimal(20)),
        value="82.0",
    )


def test_callers_are_to_be_asked_once_the_unit_says_it_is_done(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.follow_up_rate",
        month="2026-10",
        tickets="""
            id | replied_at       | followed_up_at   | state           | excluded
            ---+------------------+------------------+-----------------+---------
            A  | 2026-10-08T18:00 | 2026-10-09T18:00 | closed          |
            B  | 2026-10-08T18:00 | 2026-11-02T18:00 | closed          |
            C  | 2026-10-08T18:00 |                  | closed          |
            D  | 2026-10-08T18:00 |                  | follow_up       |
            E  |                  | 2026-10-08T18:00 | handling        |
            F  | 2026-10-08T18:00 | 2026-10-09T18:00 | closed          | yes
            G  | 2026-10-08T18:00 | 2026-10-09T18:00 | answered_direct |
            H  | 2026-09-30T18:00 | 2026-10-09T18:00 | closed          |
        """,
        expect=ratio(2, 4),  # A and B of A to D
    )
