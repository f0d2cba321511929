"""Tests of what Portal notices of changes in Outlook."""
