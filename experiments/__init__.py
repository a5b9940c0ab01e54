"""The command line: configuration, studies, and what they leave behind."""
