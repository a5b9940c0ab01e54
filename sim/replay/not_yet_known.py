"""The error of a strategy that asks for the future."""


class NotYetKnown(LookupError):
    """Data were requested that have not arrived."""
