"""Time zones by their IANA name."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dashboard.city.files import Table


def read_zone(table: Table, default: ZoneInfo | None = None) -> ZoneInfo:
    """The `zone` of a table; without a default it must be there."""
    if default and "zone" not in table.entries:
        return default
    name = table.text("zone", example="Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name:
            fix = table.faults.near(name, available_timezones(), "write it as Asia/Shanghai")
            table.faults.add(table.at("zone"), f"There is no time zone `{name}`.", fix)
        return default or ZoneInfo("UTC")
