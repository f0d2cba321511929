"""How the tests of clients sign in through a browser."""

from collections.abc import Callable

REDIRECT = "http://localhost:9/back"
# Takes the address and the account name, returns what the redirect carries.
SignIn = Callable[[str, str], dict[str, str]]
