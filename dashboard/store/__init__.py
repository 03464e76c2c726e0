"""Two databases, two jobs: facts (DuckDB or ClickHouse) and state (SQLite or PostgreSQL).

What differs between engines lives in this package and nowhere else.
"""
