"""The example units and proxy configurations are valid and match Portal."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

from portal import create_app
from portal.config import Config
from portal.web.requests import LONG_BODY_AT_MOST
from sandbox import certificate
from tests.support.needs import ROOT, nginx

EXAMPLES = ROOT / "docs" / "examples"
UNITS = sorted([*EXAMPLES.glob("*.service"), *EXAMPLES.glob("*.timer")])
PROXIES = [EXAMPLES / "nginx.conf", EXAMPLES / "Caddyfile"]
OPT = "/opt/portal"
# It tells systemd to reload nginx, which is for root alone.
OF_ROOT = "portal-nginx.service"


def unit(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # systemd tells cases apart
    parsed.read_string(path.read_text("utf-8"))
    return parsed


def test_examples_are_found() -> None:
    names = [path.name for path in UNITS]

    assert names == [
        "portal-backup.service",
        "portal-backup.timer",
        "portal-doctor.service",
        "portal-doctor.timer",
        "portal-nginx.service",
        "portal-nginx.timer",
        "portal-web.service",
        "portal-worker.service",
    ]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_as_an_own_user_in_an_own_folder(path: Path) -> None:
    parsed = unit(path)
    if path.suffix == ".timer":
        assert "OnCalendar" in parsed["Timer"]
        return

    service = parsed["Service"]
    if path.name == OF_ROOT:
        assert service["ExecStart"] == "/usr/bin/systemctl reload nginx.service"
        assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
        return

    assert (service["User"], service["Group"], service["WorkingDirectory"]) == (
        "portal",
        "portal",
        OPT,
    )
    assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
    assert f"{OPT}/instance" in service["ReadWritePaths"].split()
    assert service["UMask"] == "0077"


@pytest.mark.parametrize("path", [*UNITS, *PROXIES], ids=lambda path: path.name)
def test_examples_name_commands_that_exist(path: Path, config: Config) -> None:
    text = path.read_text("utf-8")
    commands = set(re.findall(r"flask --app wsgi ([a-z-]+)", text))
    programs = set(re.findall(rf"{OPT}/\.venv/bin/(\w+)", text))

    assert commands <= {*create_app(config).cli.commands}
    assert programs <= {"flask", "gunicorn"}
    if path.suffix == ".service" and path.name != OF_ROOT:
        assert programs


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_have_the_sections_of_units(path: Path) -> None:
    sections = unit(path).sections()

    assert sections[0] == "Unit"
    assert set(sections) <= {"Unit", "Service", "Timer", "Install"}


@pytest.mark.systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    """With programs of this machine in place of the example's."""
    for other in UNITS:
        text = re.sub(r"^(User|Group)=portal$", r"\1=root", other.read_text("utf-8"), flags=re.M)
        text = text.replace("/usr/bin/systemctl", "/bin/true")
        text = re.sub(rf"{OPT}/\.venv/bin/\w+", "/bin/true", text).replace(OPT, "/tmp")  # noqa: S108  # any folder will do
        (tmp_path / other.name).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / path.name)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip  # one to a line says no more

    complaints = [line for line in done.stderr.splitlines() if path.name in line]
    assert complaints == []


def checked_by_nginx(text: str, folder: Path) -> tuple[int, str]:
    """Run nginx's own check on the example, with local files and unprivileged ports."""
    chain, key = certificate.make(folder)
    text = text.replace("/etc/ssl/portal/fullchain.pem", str(chain))
    text = text.replace("/etc/ssl/portal/privkey.pem", str(key))
    text = text.replace("/var/log/nginx", str(folder))
    # Not every machine has IPv6.
    text = re.sub(r"listen \[::\]:(\d+)", r"listen 127.0.0.2:\1", text)
    text = re.sub(r"listen (127\.0\.0\.2:)?(\d+)", r"listen \g<1>20\2", text)
    (folder / "portal.conf").write_text(text)
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    lines = [f"{name}_temp_path {folder}/{name};" for name in temporary]
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{ {' '.join(lines)} include {folder}/portal.conf; }}\n"
    )
    command = [str(nginx()), "-t", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stderr


@pytest.mark.nginx
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    code, said = checked_by_nginx((EXAMPLES / "nginx.conf").read_text("utf-8"), tmp_path)

    assert code == 0, said
    assert [line for line in said.splitlines() if "[warn]" in line or "[emerg]" in line] == []


@pytest.mark.nginx
def test_nginx_refuses_an_unknown_directive(tmp_path: Path) -> None:
    text = (EXAMPLES / "nginx.conf").read_text("utf-8").replace("send_timeout", "sent_timeout")

    code, said = checked_by_nginx(text, tmp_path)

    assert code == 1
    assert 'unknown directive "sent_timeout"' in said


def test_nginx_limits_what_the_portal_limits() -> None:
    text = re.sub(r"#.*", "", (EXAMPLES / "nginx.conf").read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]

    assert [line for line in lines if not line.endswith((";", "{", "}"))] == []
    assert text.count("{") == text.count("}")
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in lines
    assert f"client_max_body_size {LONG_BODY_AT_MOST // 1024**2}m;" in lines
    assert {"client_header_timeout 10s;", "client_body_timeout 10s;"} <= set(lines)
    assert re.search(r"X-Forwarded-For +\$remote_addr;", text)


def test_nginx_logs_no_query_and_no_invitation() -> None:
    text = (EXAMPLES / "nginx.conf").read_text("utf-8")
    (log_format,) = re.findall(r"log_format portal '([^']+)'", text)

    assert "$portal_path" in log_format
    variables = set(re.findall(r"\$\w+", log_format))
    assert not variables & {"$request", "$request_uri", "$uri", "$args", "$query_string"}
    logs = set(re.findall(r"access_log +(.+);", text))
    assert logs == {"off", "/var/log/nginx/portal.log portal"}


def test_caddy_limits_the_same() -> None:
    text = (EXAMPLES / "Caddyfile").read_text("utf-8")

    assert text.count("{") == text.count("}")
    assert "protocols tls1.2 tls1.3" in text
    assert f"max_size {LONG_BODY_AT_MOST // 1024**2}MiB" in text
    assert f"request_buffers {LONG_BODY_AT_MOST // 1024**2}MiB" in text
    assert "\n\tlog" not in text
