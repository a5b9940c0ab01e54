"""The library of the forecast: the command that builds and shows it, and the logs that it holds."""
