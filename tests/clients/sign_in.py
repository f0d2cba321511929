"""The sign-in that clients hand over to a person's browser."""

from collections.abc import Callable

REDIRECT = "http://localhost:9/back"
# Address and account name in; what the redirect carries out.
SignIn = Callable[[str, str], dict[str, str]]
