"""Figures of the 12345 hotline."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]


def test_open_past_the_deadline_is_not_on_time(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | closed_at
            ---+------------------+-----------------
            A  | 2026-10-08T18:00 | 2026-10-08T18:00
            B  | 2026-10-09T18:00 | 2026-10-10T09:00
            C  | 2026-10-31T18:00 |
            D  | 2026-11-01T00:00 | 2026-10-30T09:00
        """,
        expect=ratio(1, 3),  # A of A, B, C; D falls due in November
    )


def test_the_reply_of_the_unit_counts_not_the_later_closing(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at       | closed_at
            ---+------------------+------------------+-----------------
            A  | 2026-10-08T18:00 | 2026-10-08T17:59 | 2026-10-12T10:00
            B  | 2026-10-08T18:00 | 2026-10-08T18:01 | 2026-10-12T10:00
        """,
        expect=ratio(1, 2),
    )


def test_a_deadline_not_yet_reached_is_not_counted(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets="""
            id | due_at           | replied_at
            ---+------------------+-----------------
            A  | 2026-10-20T12:00 | 2026-10-19T09:00
            B  | 2026-10-20T12:01 | 2026-10-19T09:00
            C  | 2026-10-28T18:00 |
        """,
        expect=ratio(1, 1),  # done early does not make B due
    )


def test_deferred_excluded_and_never_accepted_are_outside_the_rate(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at       | state      | excluded
            ---+------------------+------------------+------------+---------
            A  | 2026-10-08T18:00 | 2026-10-08T09:00 | closed     |
            B  | 2026-10-08T18:00 |                  | suspended  |
            C  | 2026-10-08T18:00 |                  | handling   | yes
            D  | 2026-10-08T18:00 |                  | rejected   |
            E  | 2026-10-08T18:00 |                  | voided     |
            F  |                  | 2026-10-08T09:00 | closed     |
        """,
        expect=ratio(1, 1),
    )


def test_nothing_due_is_no_data_and_not_zero(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at
            ---+-----------------
            A  | 2026-09-30T18:00
        """,
        expect=ratio(0, 0),
        state=FigureState.NO_DATA,
    )


def test_nineteen_cases_are_too_few_to_judge(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at       | n
            ---+------------------+------------------+---
            A  | 2026-10-08T18:00 | 2026-10-08T18:00 | 19
        """,
        expect=ratio(19, 19),
        state=FigureState.TOO_FEW,
    )


def test_twenty_cases_are_enough(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at       | n
            ---+------------------+------------------+---
            A  | 2026-10-08T18:00 | 2026-10-08T18:00 | 20
        """,
        value="100.0",
        state=FigureState.OK,
    )


def test_a_half_is_rounded_up(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at       | n
            ---+------------------+------------------+----
            A  | 2026-10-08T18:00 | 2026-10-08T18:00 | 41
            B  | 2026-10-08T18:00 |                  | 39
        """,
        expect=ratio(41, 80),
        value="51.3",  # 51.25; half-even would print 51.2
    )


def test_a_deadline_belongs_to_the_day_of_the_city_not_of_utc(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | replied_at
            ---+------------------+-----------------
            A  | 2026-10-01T00:30 | 2026-09-30T09:00
            B  | 2026-11-01T00:30 | 2026-10-30T09:00
        """,
        expect=ratio(1, 1),  # in UTC, A would fall into September and B into October
    )


def test_grid_events_are_no_tickets(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_count",
        month="2026-10",
        tickets="""
            id | created_at
            ---+-----------------
            A  | 2026-10-08T18:00
        """,
        grid_events="""
            id | created_at
            ---+-----------------
            B  | 2026-10-08T18:00
        """,
        expect=ratio(1),
    )


def test_rejected_tickets_are_received_and_voided_ones_are_not(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_count",
        month="2026-10",
        tickets="""
            id | created_at       | state    | excluded
            ---+------------------+----------+---------
            A  | 2026-10-08T18:00 | rejected |
            B  | 2026-10-08T18:00 | voided   |
            C  | 2026-10-08T18:00 | closed   | yes
            D  | 2026-09-30T23:59 | closed   |
        """,
        expect=ratio(2),
        value="2",
    )


def test_zero_received_is_a_figure(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_count",
        month="2026-10",
        tickets="""
            id | created_at
            ---+-----------------
            A  | 2026-09-08T18:00
        """,
        expect=ratio(0),
        value="0",
        state=FigureState.OK,
    )


def test_open_is_whatever_is_not_finished(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.open_count",
        month="2026-10",
        tickets="""
            id | created_at       | state
            ---+------------------+----------------
            A  | 2026-10-08T18:00 | handling
            B  | 2026-10-08T18:00 | suspended
            C  | 2026-10-08T18:00 | follow_up
            D  | 2026-10-08T18:00 | closed
            E  | 2026-10-08T18:00 | answered_direct
            F  | 2026-10-08T18:00 | rejected
        """,
        expect=ratio(3),
    )


def test_overdue_open_waits_on_the_unit_alone(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.overdue_open_count",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets="""
            id | created_at       | due_at           | state
            ---+------------------+------------------+----------
            A  | 2026-10-08T18:00 | 2026-10-20T11:59 | handling
            B  | 2026-10-08T18:00 | 2026-10-20T12:00 | handling
            C  | 2026-10-08T18:00 | 2026-10-10T18:00 | suspended
            D  | 2026-10-08T18:00 | 2026-10-10T18:00 | replied
            E  | 2026-10-08T18:00 | 2026-10-10T18:00 | closed
            F  | 2026-10-08T18:00 |                  | handling
        """,
        expect=ratio(1),
    )


def test_response_is_judged_where_the_source_tells_it(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.response_rate",
        month="2026-10",
        tickets="""
            id | due_at           | dispatched_at    | responded_on_time | state
            ---+------------------+------------------+-------------------+----------
            A  | 2026-10-08T18:00 | 2026-10-06T09:00 | yes               | closed
            B  | 2026-10-08T18:00 | 2026-10-06T09:00 | no                | closed
            C  | 2026-10-08T18:00 | 2026-10-06T09:00 |                   | closed
            D  | 2026-10-08T18:00 |                  | yes               | closed
            E  | 2026-10-08T18:00 | 2026-10-06T09:00 | yes               | suspended
        """,
        expect=ratio(1, 2),
    )


def test_no_definite_answer_is_outside_the_resolution_rate(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.resolution_rate",
        month="2026-10",
        tickets="""
            id | followed_up_at   | solved | state    | excluded
            ---+------------------+--------+----------+---------
            A  | 2026-10-08T18:00 | yes    | closed   |
            B  | 2026-10-08T18:00 | no     | rehandle |
            C  | 2026-10-08T18:00 |        | closed   |
            D  | 2026-10-08T18:00 | no     | closed   | yes
            E  | 2026-10-08T18:00 | no     | rejected |
            F  | 2026-11-01T08:00 | yes    | closed   |
        """,
        expect=ratio(1, 2),
    )


def test_basically_satisfied_counts_as_one(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.satisfaction_rate",
        month="2026-10",
        tickets="""
            id | followed_up_at   | satisfaction        | excluded
            ---+------------------+---------------------+---------
            A  | 2026-10-08T18:00 | satisfied           |
            B  | 2026-10-08T18:00 | basically_satisfied |
            C  | 2026-10-08T18:00 | dissatisfied        |
            D  | 2026-10-08T18:00 |                     |
            E  | 2026-10-08T18:00 | dissatisfied        | yes
        """,
        expect=ratio(2, 3),
    )


def test_a_ticket_returned_three_times_is_one_ticket_returned(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.return_rate",
        month="2026-10",
        tickets="""
            id | dispatched_at    | return_count
            ---+------------------+-------------
            A  | 2026-10-08T18:00 | 3
            B  | 2026-10-08T18:00 | 0
            C  | 2026-10-08T18:00 |
            D  |                  | 1
        """,
        expect=ratio(1, 2),
    )


def test_the_verdict_of_the_source_is_kept_apart(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.delivered_on_time_rate",
        month="2026-10",
        verdicts="""
            id | created_at       | delivered_verdict
            ---+------------------+------------------
            A  | 2026-10-08T18:00 | on_time
            B  | 2026-10-08T18:00 | overdue
            C  | 2026-10-08T18:00 |
        """,
        expect=ratio(1, 2),
    )


def test_a_period_after_the_data_is_not_due(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_count",
        month="2026-10",
        as_of="2026-09-30T23:59",
        tickets="""
            id | created_at
            ---+-----------------
            A  | 2026-09-08T18:00
        """,
        state=FigureState.NOT_DUE,
    )


def test_a_source_that_never_delivered_gives_no_data(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_count",
        month="2026-10",
        applications="""
            id | accepted_at
            ---+-----------------
            A  | 2026-10-08T18:00
        """,
        state=FigureState.NO_DATA,
    )
