"""The floor of a page: Flask with a layout, a signed session, one query and nothing else."""

import os
from pathlib import Path

from flask import Flask, render_template_string, request, session

from portal.storage.sqlite_rows import SqliteRows

LAYOUT = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><nav>
{% for name in names %}<a href="/{{ name }}">{{ name }}</a>{% endfor %}</nav><main><h1>{{ title }}
</h1>{% for row in rows %}<p>{{ row.address }}</p>{% endfor %}</main></body></html>"""

app = Flask(__name__)
app.secret_key = "bench" * 8
rows_of = SqliteRows(Path(os.environ["BARE_DATABASE"]))
rows_of.database.execute("create table if not exists aliases (address text)")


@app.get("/settings/email")
def page() -> str:
    """One read of the session and one query; the real page does more of both."""
    names = [session.get("name", "nobody"), "candidates", "personal-info", "microsoft-365", "email"]
    rows = list(rows_of.database.query("select address from aliases"))
    return render_template_string(LAYOUT, title="Email", names=names, rows=rows)


@app.post("/insert")
def insert() -> str:
    """One durable INSERT, as durable as the mark of a notification."""
    rows_of.database.execute("insert into aliases (address) values ('x')")
    return ""


@app.post("/insert-all")
def insert_all() -> str:
    """One INSERT for each item, in one commit."""
    db = rows_of.database
    db.execute("begin immediate")
    for item in request.get_json()["value"]:
        db.execute("insert into aliases (address) values (?)", [item["subscriptionId"]])
    db.execute("commit")
    return ""


@app.get("/healthz")
def health() -> str:
    return "ok"
