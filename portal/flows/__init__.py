"""The one round trip to a sign-in service and back."""
