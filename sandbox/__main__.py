"""`python -m sandbox --port 8365 [--memory] [--tls]`: the practice tenant, until Ctrl-C."""

import argparse
import tempfile
from pathlib import Path

from sandbox import certificate, quirks
from sandbox.app import create_sandbox, open_state
from sandbox.server import server_for


def main() -> None:
    options = _options()
    folder = options.state.parent
    files = None
    if options.tls:
        files = certificate.make(Path(tempfile.mkdtemp(prefix="sandbox-")))
        if options.certificate:
            options.certificate.write_bytes(files[0].read_bytes())
        print(f"Trust this certificate: {options.certificate or files[0]}", flush=True)
    scheme = "https" if options.tls else "http"
    base_url = f"{scheme}://localhost:{options.port}"
    if not options.memory:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = open_state(None if options.memory else options.state, base_url=base_url)
    if options.quirks:
        quirks.turn(state, dict.fromkeys(options.quirks, True))
    server = server_for(create_sandbox(state), port=options.port, certificate=files)
    print(f"The practice tenant is at {base_url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8365)
    parser.add_argument("--memory", action="store_true", help="keep nothing on disk")
    parser.add_argument("--tls", action="store_true", help="https, with a certificate made now")
    parser.add_argument(
        "--certificate", type=Path, help="where to write that certificate, so that clients trust it"
    )
    parser.add_argument("--state", type=Path, default=Path("instance/sandbox.db"))
    parser.add_argument(
        "--quirks", type=_quirks, help="the quirks to turn on: all, or names with commas"
    )
    return parser.parse_args()


def _quirks(text: str) -> tuple[str, ...]:
    names = quirks.NAMES if text == "all" else tuple(text.split(","))
    if unknown := set(names) - set(quirks.NAMES):
        raise argparse.ArgumentTypeError(f"not a quirk: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    main()
