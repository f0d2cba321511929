"""The Email page: the choices of one person about sync and aliases, and what came of them."""
