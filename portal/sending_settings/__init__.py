"""The page “Sending”: routes of mail, the limit, the email domain, and what needs a decision."""
