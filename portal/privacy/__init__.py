"""Mail that is never opened to the team: the organization's own, and “Never sync”."""
