"""Visits, promises and reviews of government service."""

from collections.abc import Callable
from decimal import Decimal

from dashboard.core.values import Ratio
from tests.rows import ratio

Spec = Callable[..., object]

VISITS = """
    id | accepted_at      | count | visits | fully_online
    ---+------------------+-------+--------+-------------
    A  | 2026-10-08T09:00 | 30    | 0      | yes
    B  | 2026-10-08T09:00 | 10    | 1      | no
    C  | 2026-10-08T09:00 | 10    | 3      |
    D  | 2026-10-08T09:00 | 500   |        | no
"""


def test_a_daily_count_weighs_in_the_mean_of_visits(metric_spec: Spec) -> None:
    metric_spec(
        "service.visits_mean",
        month="2026-10",
        applications=VISITS,
        expect=ratio(40, 50),
        value="0.80",
    )


def test_no_visit_is_at_most_one(metric_spec: Spec) -> None:
    metric_spec(
        "service.one_visit_rate", month="2026-10", applications=VISITS, expect=ratio(40, 50)
    )


def test_completed_online_is_judged_where_the_source_tells(metric_spec: Spec) -> None:
    metric_spec(
        "service.fully_online_rate", month="2026-10", applications=VISITS, expect=ratio(30, 540)
    )


def test_the_cut_of_limits_is_the_ratio_of_their_sums(metric_spec: Spec) -> None:
    metric_spec(
        "service.limit_compression_rate",
        month="2026-10",
        applications="""
            id | accepted_at      | count | statutory_days | promised_days
            ---+------------------+-------+----------------+--------------
            A  | 2026-10-08T09:00 | 1     | 20             | 5
            B  | 2026-10-08T09:00 | 4     | 5              | 0.5
            C  | 2026-10-08T09:00 | 1     | 0              | 0
            D  | 2026-10-08T09:00 | 1     |                | 3
            E  | 2026-10-08T09:00 | 1     | 60             |
        """,
        expect=ratio(33, 40),  # (15 + 4 × 4.5) of (20 + 4 × 5); the mean of ratios is 87.0
        value="82.5",
    )


CLOSED = """
    id | accepted_at      | closed_at        | promised_at      | count
    ---+------------------+------------------+------------------+------
    A  | 2026-09-08T09:00 | 2026-10-08T17:00 | 2026-10-08T17:00 | 1
    B  | 2026-10-01T09:00 | 2026-10-07T23:00 | 2026-10-09T00:00 | 2
    C  | 2026-10-01T09:00 | 2026-10-08T10:00 | 2026-10-09T00:00 | 3
    D  | 2026-10-01T09:00 | 2026-10-09T09:00 | 2026-10-09T00:00 | 4
    E  | 2026-10-01T09:00 |                  | 2026-10-09T00:00 | 5
    F  | 2026-10-01T09:00 | 2026-10-02T09:00 |                  | 6
"""


def test_a_promise_is_kept_up_to_its_last_minute(metric_spec: Spec) -> None:
    metric_spec("service.on_time_rate", month="2026-10", applications=CLOSED, expect=ratio(6, 10))


def test_early_is_a_day_before_the_promise_and_not_an_hour(metric_spec: Spec) -> None:
    metric_spec(
        "service.early_closing_rate", month="2026-10", applications=CLOSED, expect=ratio(2, 10)
    )


REVIEWS = """
    id | reviewed_at      | level | active | rectify_due_at   | rectified_at     | n
    ---+------------------+-------+--------+------------------+------------------+---
    A  | 2026-10-08T09:00 | 5     | no     |                  |                  | 90
    B  | 2026-10-08T09:00 | 5     | yes    |                  |                  | 3
    C  | 2026-10-08T09:00 | 3     | yes    |                  |                  | 1
    D  | 2026-10-08T09:00 | 2     | yes    | 2026-10-12T18:00 | 2026-10-12T18:00 | 1
    E  | 2026-10-08T09:00 | 1     | yes    | 2026-10-12T18:00 | 2026-10-13T09:00 | 1
    F  | 2026-10-08T09:00 | 1     | yes    | 2026-10-12T18:00 |                  | 1
    G  | 2026-10-30T09:00 | 1     | yes    | 2026-11-03T18:00 | 2026-10-30T12:00 | 1
    H  | 2026-10-08T09:00 | 1     | no     | 2026-10-12T18:00 |                  | 1
"""


def test_reviews_given_leave_out_the_default_ones(metric_spec: Spec) -> None:
    metric_spec("service.review_count", month="2026-10", reviews=REVIEWS, expect=ratio(8))
    metric_spec("service.negative_review_count", month="2026-10", reviews=REVIEWS, expect=ratio(4))


def test_reviews_given_are_held_against_the_applications_of_the_month(metric_spec: Spec) -> None:
    metric_spec(
        "service.active_review_rate",
        month="2026-10",
        reviews=REVIEWS,
        applications="""
            id | accepted_at      | count
            ---+------------------+------
            A  | 2026-10-08T09:00 | 24
            B  | 2026-10-08T09:00 | 1
            C  | 2026-09-08T09:00 | 70
        """,
        expect=ratio(8, 25),
        value="32.0",
    )


def test_a_city_may_leave_basically_satisfied_out_of_praise(metric_spec: Spec) -> None:
    metric_spec("service.praise_rate", month="2026-10", reviews=REVIEWS, expect=ratio(4, 8))
    metric_spec(
        "service.praise_rate",
        month="2026-10",
        reviews=REVIEWS,
        parameters={"praise_from_level": "4"},
        expect=ratio(3, 8),
    )


def test_a_negative_review_belongs_to_the_month_its_limit_ends_in(metric_spec: Spec) -> None:
    metric_spec(
        "service.rectification_rate",
        month="2026-10",
        reviews=REVIEWS,
        expect=Ratio(Decimal(1), Decimal(3)),  # D of D, E, F; G falls due in November
    )
