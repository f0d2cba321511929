"""Standing requests to be told of changes, and the notifications that tell of them."""
