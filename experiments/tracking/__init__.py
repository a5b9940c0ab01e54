"""What a study and a production folder tell MLflow."""
