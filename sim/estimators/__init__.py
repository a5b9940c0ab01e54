"""Estimators: scikit-learn's arithmetic without its checks, fits from moments, and their size."""
