"""What replays bindings/cases through this package: the table of calls, and the values both ways."""
