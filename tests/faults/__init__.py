"""Part of the fault suite, scaled down."""
