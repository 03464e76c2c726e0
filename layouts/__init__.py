"""What is drawn: pure functions from results to components. Nothing here asks for data."""
