"""The stages of a grid event: reported, verified, filed, dispatched, fixed, checked, closed."""

from collections.abc import Callable

from tests.rows import ratio

Spec = Callable[..., object]

FILED = """
    id | created_at       | filed_at         | state          | channel | filed_on_time | omitted
    ---+------------------+------------------+----------------+---------+---------------+--------
    A  | 2026-10-08T08:00 | 2026-10-08T09:00 | closed         | patrol  | yes           | no
    B  | 2026-10-08T08:00 | 2026-10-08T09:00 | handling       | public  | yes           | yes
    C  | 2026-10-08T08:00 | 2026-10-08T09:00 | handling       | phone   | no            | no
    D  | 2026-10-08T08:00 | 2026-10-08T09:00 | handling       | video   |               |
    E  | 2026-10-08T08:00 |                  | not_accepted   | public  |               |
    F  | 2026-10-08T08:00 |                  | pending_verify | public  |               |
    G  | 2026-10-08T08:00 | 2026-10-08T09:00 | self_handled   | patrol  | yes           | no
    H  | 2026-10-08T08:00 | 2026-10-08T09:00 | voided         | patrol  | yes           | no
"""


def test_events_reported_are_all_but_the_voided(metric_spec: Spec) -> None:
    metric_spec("grid.reported_count", month="2026-10", grid_events=FILED, expect=ratio(7))


def test_fixed_on_the_spot_is_counted_by_itself(metric_spec: Spec) -> None:
    metric_spec("grid.self_handled_count", month="2026-10", grid_events=FILED, expect=ratio(1))


def test_the_filing_rate_leaves_out_what_was_fixed_on_the_spot(metric_spec: Spec) -> None:
    metric_spec("grid.filing_rate", month="2026-10", grid_events=FILED, expect=ratio(4, 6))


def test_filing_on_time_is_judged_where_the_source_tells(metric_spec: Spec) -> None:
    metric_spec("grid.on_time_filing_rate", month="2026-10", grid_events=FILED, expect=ratio(2, 3))


def test_an_omission_is_what_a_supervisor_should_have_seen(metric_spec: Spec) -> None:
    metric_spec("grid.omission_rate", month="2026-10", grid_events=FILED, expect=ratio(1, 3))


def test_reports_of_the_public_count_once_they_are_filed(metric_spec: Spec) -> None:
    metric_spec(
        "grid.supervision_report_rate", month="2026-10", grid_events=FILED, expect=ratio(2, 4)
    )


def test_a_case_voided_after_filing_was_not_filed_accurately(metric_spec: Spec) -> None:
    metric_spec(
        "grid.accurate_filing_rate",
        month="2026-10",
        grid_events="""
            id | filed_at         | state
            ---+------------------+-------------
            A  | 2026-10-08T09:00 | closed
            B  | 2026-10-08T09:00 | handling
            C  | 2026-10-08T09:00 | voided
            D  | 2026-10-08T09:00 | not_accepted
            E  | 2026-10-08T09:00 | self_handled
            F  |                  | voided
        """,
        expect=ratio(2, 4),
    )


def test_an_invalid_report_counts_even_though_it_was_voided(metric_spec: Spec) -> None:
    metric_spec(
        "grid.valid_report_rate",
        month="2026-10",
        grid_events="""
            id | created_at       | report_valid | state
            ---+------------------+--------------+-------------
            A  | 2026-10-08T09:00 | yes          | closed
            B  | 2026-10-08T09:00 | no           | voided
            C  | 2026-10-08T09:00 | no           | not_accepted
            D  | 2026-10-08T09:00 |              | closed
        """,
        expect=ratio(1, 3),
    )


def test_verifying_comes_before_filing_and_checking_before_closing(metric_spec: Spec) -> None:
    events = """
        id | created_at       | filed_at         | replied_at       | verified_on_time | checked_on_time
        ---+------------------+------------------+------------------+------------------+----------------
        A  | 2026-10-08T08:00 | 2026-10-08T09:00 | 2026-11-02T09:00 | yes              | yes
        B  | 2026-10-08T08:00 |                  |                  | no               |
        C  | 2026-10-08T08:00 | 2026-10-08T09:00 | 2026-10-09T09:00 |                  | no
        D  | 2026-10-08T08:00 | 2026-10-08T09:00 | 2026-10-09T09:00 |                  | yes
    """  # noqa: E501 - one row is one event
    metric_spec(
        "grid.on_time_verification_rate",
        month="2026-10",
        grid_events=events,
        expect=ratio(1, 2),
    )
    metric_spec(
        "grid.on_time_check_rate",
        month="2026-10",
        grid_events=events,
        expect=ratio(1, 2),  # A was fixed in November
    )


DISPATCHED = """
    id | filed_at         | dispatched_at    | dispatched_on_time | return_count | state
    ---+------------------+------------------+--------------------+--------------+-----------------
    A  | 2026-10-08T09:00 | 2026-10-08T10:00 | yes                | 0            | closed
    B  | 2026-10-08T09:00 | 2026-10-08T10:00 | no                 | 2            | handling
    C  | 2026-10-08T09:00 |                  |                    | 0            | pending_dispatch
    D  | 2026-10-08T09:00 | 2026-10-08T10:00 | yes                |              | handling
    E  |                  | 2026-10-08T10:00 | yes                | 0            | handling
"""


def test_whatever_is_filed_is_to_be_dispatched(metric_spec: Spec) -> None:
    metric_spec("grid.dispatch_rate", month="2026-10", grid_events=DISPATCHED, expect=ratio(3, 4))


def test_dispatch_on_time_is_judged_where_the_source_tells(metric_spec: Spec) -> None:
    metric_spec(
        "grid.on_time_dispatch_rate", month="2026-10", grid_events=DISPATCHED, expect=ratio(2, 3)
    )


def test_a_case_sent_to_the_wrong_door_was_not_dispatched_accurately(metric_spec: Spec) -> None:
    metric_spec(
        "grid.accurate_dispatch_rate",
        month="2026-10",
        grid_events=DISPATCHED,
        expect=ratio(1, 3),  # A of A, B, C: C has not been sent anywhere yet
    )


DISPOSED = """
    id | filed_at         | dispatched_at    | disposal_due_at  | due_at           | replied_at       | state
    ---+------------------+------------------+------------------+------------------+------------------+----------
    A  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 | 2026-10-08T18:00 | feedback
    B  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 | 2026-10-09T10:00 | feedback
    C  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 |                  | handling
    D  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-11-08T18:00 | 2026-11-10T18:00 | 2026-10-07T10:00 | feedback
    E  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T18:00 | 2026-10-10T18:00 |                  | suspended
    F  | 2026-10-06T09:00 | 2026-10-06T10:00 |                  | 2026-10-10T18:00 | 2026-10-10T18:00 | feedback
    G  | 2026-10-06T09:00 |                  | 2026-10-08T18:00 | 2026-10-10T18:00 |                  | filed
    H  | 2026-09-20T09:00 | 2026-09-20T10:00 | 2026-09-30T18:00 | 2026-10-02T18:00 |                  | handling
"""  # noqa: E501 - one row is one case


def test_disposal_is_judged_once_its_own_limit_has_passed(metric_spec: Spec) -> None:
    metric_spec("grid.disposal_rate", month="2026-10", grid_events=DISPOSED, expect=ratio(3, 4))


def test_disposal_on_time_falls_back_on_the_deadline_of_the_case(metric_spec: Spec) -> None:
    metric_spec(
        "grid.on_time_disposal_rate",
        month="2026-10",
        grid_events=DISPOSED,
        expect=ratio(2, 4),  # A, and F by the deadline of the case
    )


def test_the_time_to_fix_runs_from_dispatch(metric_spec: Spec) -> None:
    metric_spec(
        "grid.disposal_hours_median",
        month="2026-10",
        grid_events="""
            id | filed_at         | dispatched_at    | replied_at       | n
            ---+------------------+------------------+------------------+--
            A  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-06T12:00 | 6
            B  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-08T10:00 | 5
            C  | 2026-10-06T09:00 | 2026-10-06T10:00 | 2026-10-05T10:00 | 9
            D  | 2026-10-06T09:00 |                  | 2026-10-06T12:00 | 9
        """,
        expect=ratio(11),
        value="2.0",
    )


LONGER = """
    id | filed_at         | dispatched_at    | extension_count | suspension_count | state     | excluded
    ---+------------------+------------------+-----------------+------------------+-----------+---------
    A  | 2026-10-08T09:00 | 2026-10-08T18:00 | 2               | 0                | closed    |
    B  | 2026-10-08T09:00 | 2026-10-08T18:00 | 0               | 1                | suspended |
    C  | 2026-10-08T09:00 | 2026-10-08T18:00 | 0               |                  | handling  |
    D  | 2026-10-08T09:00 | 2026-10-08T18:00 |                 | 0                | handling  |
    E  | 2026-10-08T09:00 | 2026-10-08T18:00 | 1               | 1                | closed    | yes
    F  | 2026-10-08T09:00 |                  | 1               | 1                | filed     |
"""  # noqa: E501 - one row is one case


def test_a_case_extended_twice_is_one_case_extended(metric_spec: Spec) -> None:
    metric_spec("grid.extension_rate", month="2026-10", grid_events=LONGER, expect=ratio(1, 3))


def test_a_case_deferred_is_outside_the_closing_rate_and_seen_here(metric_spec: Spec) -> None:
    metric_spec("grid.deferral_rate", month="2026-10", grid_events=LONGER, expect=ratio(1, 3))


def test_open_at_the_end_counts_cases_from_their_filing(metric_spec: Spec) -> None:
    metric_spec(
        "grid.open_at_count",
        month="2026-10",
        as_of="2026-11-15T12:00",
        grid_events="""
            id | created_at       | filed_at         | closed_at        | state
            ---+------------------+------------------+------------------+----------
            A  | 2026-05-08T18:00 | 2026-05-08T19:00 |                  | handling
            B  | 2026-10-31T23:00 | 2026-11-01T00:00 |                  | handling
            C  | 2026-10-08T18:00 | 2026-10-08T19:00 | 2026-10-31T23:59 | closed
            D  | 2026-10-08T18:00 | 2026-10-08T19:00 | 2026-11-02T08:00 | closed
            E  | 2026-10-08T18:00 |                  |                  | reported
        """,
        expect=ratio(2),  # A and D
    )


def test_overdue_cases_wait_on_the_department_alone(metric_spec: Spec) -> None:
    metric_spec(
        "grid.overdue_open_count",
        month="2026-10",
        as_of="2026-10-20T12:00",
        grid_events="""
            id | filed_at         | due_at           | state
            ---+------------------+------------------+--------------
            A  | 2026-10-08T18:00 | 2026-10-20T11:59 | handling
            B  | 2026-10-08T18:00 | 2026-10-20T12:00 | handling
            C  | 2026-10-08T18:00 | 2026-10-10T18:00 | suspended
            D  | 2026-10-08T18:00 | 2026-10-10T18:00 | pending_check
            E  | 2026-10-08T18:00 | 2026-10-10T18:00 | rework
            F  |                  | 2026-10-10T18:00 | pending_verify
        """,
        expect=ratio(2),  # A and E
    )


def test_cases_are_divided_by_the_unit_grids_of_the_street(metric_spec: Spec) -> None:
    metric_spec(
        "grid.filed_density",
        month="2026-10",
        where={"street": "S11"},
        grid_events="""
            id | filed_at         | street_code | grid_code | n
            ---+------------------+-------------+-----------+--
            A  | 2026-10-08T18:00 | S11         | G111      | 4
            B  | 2026-10-08T18:00 | S11         |           | 1
            C  | 2026-10-08T18:00 | S21         | G211      | 9
        """,
        expect=ratio(5, 2),
        value="2.50",
    )


def test_cases_dispatched_and_closed_are_counted_by_their_own_days(metric_spec: Spec) -> None:
    events = """
        id | filed_at         | dispatched_at    | closed_at        | state
        ---+------------------+------------------+------------------+--------
        A  | 2026-09-30T09:00 | 2026-10-01T09:00 | 2026-10-02T09:00 | closed
        B  | 2026-10-01T09:00 | 2026-10-01T09:00 | 2026-11-02T09:00 | closed
        C  | 2026-09-01T09:00 | 2026-09-01T09:00 | 2026-10-02T09:00 | closed
        D  | 2026-10-01T09:00 | 2026-10-01T09:00 | 2026-10-02T09:00 | voided
        E  | 2026-09-30T09:00 | 2026-09-30T09:00 | 2026-10-31T23:59 | closed
    """
    metric_spec("grid.dispatched_count", month="2026-10", grid_events=events, expect=ratio(2))
    metric_spec("grid.closed_count", month="2026-10", grid_events=events, expect=ratio(3))
