"""The optimum: which values to try, the best of them with its interval, and how prices move it."""
