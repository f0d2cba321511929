"""Scopes as the identity platform names them."""

OF_THE_PROTOCOL = frozenset({"openid", "profile", "email", "offline_access"})


def granted_in(scope: str) -> frozenset[str]:
    """The scopes in Microsoft's answer, without the cloud's Graph prefix."""
    return frozenset(name.rsplit("/", 1)[-1] for name in scope.split())
