"""The application that Portal is at Microsoft: its registration, secret or certificate."""
