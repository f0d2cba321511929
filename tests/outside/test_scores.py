"""The judgement of Lighthouse is read, and too few points fail."""

from tests.outside.scores import complaint, read

GOOD = '{"path": "/a", "device": "mobile", "failed": ["x"], "scores": %s}'
SCORES = '{"accessibility": 100, "best-practices": 100, "performance": %d}'


def test_too_few_points_are_named() -> None:
    lines = ["DevTools listening", *(GOOD % (SCORES % points) for points in (99, 98))]

    good, bad = read(lines)

    assert good.line == "ok    mobile  accessibility 100 best-practices 100 performance 99  /a"
    assert bad.line.startswith("FAIL  mobile")
    assert bad.line.endswith("/a  (x)")
    assert complaint([good], expected=1) is None
    assert complaint([good, bad], expected=2) == "1 of 2 pages and devices have too few points."
    assert complaint([], expected=2) == "Lighthouse judged 0 of 2 pages and devices."
