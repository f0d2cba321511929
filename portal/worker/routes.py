"""The Jobs page: what failed first, then everything the worker does."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell
from portal.worker import retry, store
from portal.worker.due import KINDS
from portal.worker.flash_texts import JobFlash
from portal.worker.models import Backlog, JobState

bp = Blueprint("worker", __name__)


@bp.get("/admin/jobs")
@admin_only
def jobs() -> str:
    now = clock.utc_now()
    parts = dict.fromkeys(kind.part for kind in KINDS)
    workers = store.workers(services.rows)
    found = store.jobs(services.rows, KINDS)
    return render_template(
        "worker/jobs.html",
        groups=[(part, [job for job in found if job.kind == part.name]) for part in parts],
        troubled=[
            (part, job)
            for part in parts
            for job in found
            if job.kind == part.name and job.needs_attention(now)
        ],
        waiting=[job for job in found if job.state(now) is JobState.CONSENT],
        workers=workers,
        backlog=Backlog.of(found, now),
        is_alive=any(each.is_alive(now) for each in workers),
        now=now,
    )


@bp.post("/admin/jobs/<kind>/<job_id>/attempt")
@admin_only
def try_again(kind: str, job_id: str) -> Response:
    retry.try_again(
        act(),
        kind,
        job_id,
    )
    tell(JobFlash.DUE)
    return redirect(url_for("worker.jobs"), 303)
