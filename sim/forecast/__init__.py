"""The forecast: what each policy will cost next, from logs whose future is known."""
