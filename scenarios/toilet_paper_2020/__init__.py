"""The toilet paper shortage of 2020: demand, stockouts, shops, and the published figures."""
