"""What runs by the clock: one plain function a job, and the one scheduler that calls them."""
