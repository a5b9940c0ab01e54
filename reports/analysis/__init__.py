"""Numbers of a report, from the saved tables: no sentence and no figure is made here."""
