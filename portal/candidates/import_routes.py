"""Import candidates from a CSV file: upload, preview, import and progress."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response

from portal import clock
from portal.candidates import import_store, imports
from portal.candidates.feed import Feeds
from portal.candidates.flash_texts import CandidateFlash
from portal.candidates.forms import ImportForm
from portal.errors import Invalid
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services, wired
from portal.web.flashes import tell
from portal.web.limits import limit

bp = Blueprint("imports", __name__)

SHOWN_AT_MOST = 50
LIVE_SECONDS = 5


@bp.get("/candidates/import")
@member_only
def new() -> str:
    return _form_page(ImportForm())


def _form_page(form: ImportForm) -> str:
    return render_template(
        "candidates/import.html",
        form=form,
        megabytes=imports.BYTES_AT_MOST // 1024**2,
        rows_at_most=imports.ROWS_AT_MOST,
    )


@bp.get("/candidates/import/sample")
@member_only
def sample() -> Response:
    return Response(
        imports.SAMPLE,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="sample.csv"'},
    )


@bp.post("/candidates/import")
@member_only
def upload() -> Response | tuple[str, int]:
    limit(f"import:{current_user.id}", hits=30, seconds=600)
    form = ImportForm(CombinedMultiDict([request.files, request.form]))
    try:
        form.check()
        checked = imports.with_insiders_named(services.rows, imports.checked(form.content))
    except Invalid as refusal:
        return _form_page(form.refuse(refusal)), 422
    if not checked.good:
        return _preview(checked), 422
    import_id = imports.keep(
        services.rows, checked.good, user_id=current_user.id, now=clock.utc_now()
    )
    _tell_what_was_guessed(checked)
    if checked.problems:
        # The lines that stay out are shown here alone: they are not kept.
        return _preview(checked, import_id), 200
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _tell_what_was_guessed(checked: imports.Checked) -> None:
    if checked.guessed:
        tell(CandidateFlash.ENCODING_GUESSED.of(encoding=checked.guessed))
    if checked.unused:
        tell(CandidateFlash.COLUMNS_UNUSED.of(columns=", ".join(checked.unused)[:500]))


def _preview(checked: imports.Checked, import_id: str = "") -> str:
    """Show the good rows of a kept import, or why nothing can be imported."""
    good = checked.good
    return render_template(
        "candidates/import_preview.html",
        import_id=import_id,
        rows=good[:SHOWN_AT_MOST],
        good=len(good),
        total=len(checked.rows),
        has_zones=any(row.time_zone for row in good),
        problems=checked.problems,
        warnings=imports.warnings(services.rows, good) if import_id else (),
    )


@bp.get("/candidates/imports/<import_id>")
@member_only
def show(import_id: str) -> str:
    """Show the preview, or the progress of the search after the import."""
    found = import_store.import_of(
        services.rows,
        import_id,
        user_id=current_user.id,
        now=clock.utc_now(),
        kept=imports.KEPT,
    )
    if found.imported_at is None:
        checked = imports.Checked(found.rows, (), ())
        checked = imports.with_insiders_named(services.rows, checked)
        return _preview(checked, "" if checked.problems else found.id)
    progress = wired(Feeds).correspondence.import_progress(services.rows, found.candidate_ids)
    return render_template(
        "candidates/import_progress.html",
        count_imported=len(found.candidate_ids),
        progress=progress,
        refresh_seconds=0 if progress.is_over else LIVE_SECONDS,
    )


@bp.post("/candidates/imports/<import_id>")
@member_only
def bring_in(import_id: str) -> Response:
    done, is_new = imports.bring_in(
        act(),
        import_id,
        user_id=current_user.id,
    )
    if not is_new:
        tell(CandidateFlash.IMPORTED_BEFORE)
    return redirect(url_for("imports.show", import_id=done.id), 303)
