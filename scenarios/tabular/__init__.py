"""Reading a table: files, columns, dates, and calendar ticks."""
