"""Rights that people hold in the mailboxes of others, as Exchange keeps them."""
