"""The people who know of which time after a move, and mail to those who may have the old one."""
