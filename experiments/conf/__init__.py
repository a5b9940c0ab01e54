"""Configurations, as package data, so that they are found from any folder."""
