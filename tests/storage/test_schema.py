"""The first migration: the same tables for both engines, each made after those it refers to."""

import re
from pathlib import Path

import pytest

from portal.storage import schema
from portal.storage.database import IntegrityError
from portal.storage.migrations import MIGRATIONS, create_statements
from portal.storage.rows import Rows
from portal.storage.schema.engines import Engine
from tests.architecture import doors
from tests.support.raw_rows import raw

TABLE = re.compile(r"create table (?:if not exists )?(\w+)")
DROPPED = re.compile(r"drop table (\w+)")
VIEW = re.compile(r"create view (\w+)")
# Grow with the product: an enum in the code knows them, and names one that it does not know.
KINDS = {("feed_entries", "kind"), ("flows", "kind"), ("platforms", "name"), ("users", "source")}


# Databases keep these hashes: a migration that is here is never edited, only followed by another.
HASHES = {
    "0001_schema": "25060ebb65c0cb65a35168ca46358322787228087e6b90f5667aa7762d962d34",
    "0002_exact_messages": "faed478475ff58cb8a972167c060d1bdbbaf56ae45023e725ef4458b8c92dffb",
    "0003_shared_mailboxes": "035cb1a8d23462e4c6b308fdeccdb87487ebba08805344610610a621cbe4f75d",
    "0004_consent_versions": "1e994aca2d995f7eb195400f8475ee1c91497ad90b258e0b722ad6e7c4acef06",
    "0005_exact_addresses": "c73a12a9ea2f0093b5303c0094179ee6cdd1392aea6c09ca98cce2731ee5c81d",
    "0006_user_names": "bfe84c1bac5bc6358764276bdfa91f8770a687755f5708a85bb4d79b8c8664b7",
    "0007_verified_domains": "074de7053c85b6f661104a2622e2af5a12fd8621ede91427350cbbe0fb146f0c",
    "0008_whole_reads": "e6d55f979b53bc135ee82a74cb21197ab4476fbed44506f3c93aa1652b596437",
    "0009_listed_people": "fa57c15908e7a2a5ccda8f86a1badf3ed38ddcf132ff77337ee02972bec01cf7",
    "0010_mailbox_reads": "073c6628067b79cc90da0ec4c8a7229c6dc18d1c1394fb98899dc2dcaec21f93",
    "0011_recruits": "c2bc187dab2503f8fc14c1b74f79f03a30ebf857bdda5cae07970be986b697a1",
    "0012_folded_again": "d64f0b5f207d8b0f3e4b72367125036d6671f6eb06bd00aed8d3b3c71f43b7aa",
    "0013_counted_walks": "0fb8af992fbdce50cbc3dfa3df89174e947eaa41749528f5a9c5bd2dbdf834d0",
    "0014_privacy": "dd54e9afd8670dec6d341f26fb34570702df67544cfb30b1e0da9ddd246b7568",
    "0015_added_candidates": "ca4d7c59cfc8bb75a7f371605f12159373542a49c5bb55af6e870939d935a49a",
    "0016_counted_arrivals": "01ce6870e5b0462947b03d847a6c94f35f2bb199c52192485ce8bb22702859f8",
    "0017_choices": "83373f2cb359aaf5df8c47abc524f58e7b5b2fc5032929e536e990279de30371",
    "0018_pending_reasons": "b63c2a884d9a648c046b180dd18f09631b462b803aecf2aa48e44612265cfcf5",
    "0019_closed_candidates": "4b9ed3b1a5dd8ff7ef46ea95013f6de4a8d37f906aa88a9bf846ead0db4bac66",
    "0020_guests": "047759cc832ced4646d56d014bf2de7b90eb6da7936658709ce79077b7b678b0",
    "0021_candidate_contacts": "9c4162a144ed0524fe8932dc1bce9e374331b18186940e8a9d2691efa9570fdd",
    "0022_permission_uses": "21fe37a190dab215dc8f0c3c3aab82d657a07f5fa72bc56d0b28fc5de460c15a",
    "0023_accounts": "db7504951ca7c3319c62406681e45d81d79c182876f5e795eb5a3a9f4b8ce94a",
    "0024_senders": "dc5440447afdb542e5568dee7e1e4e81924ecd058ef786d9348ab1877f86829a",
    "0025_absent_mailboxes": "d139afeb28036c403640d1626f1e732ca192b748bff87bb6f276a829b8cf3093",
    "0026_mailbox_states": "6e8053abac82eed0f95ca55012043cc8367b78da353b19c5776f40331aa70bb1",
    "0027_conversations": "1e51e44b6492e54e8295954b58e624673aa936a7ad072bc6b86c216eb5d14e72",
    "0028_held_mail": "87d9103d822a5dd49cf5b6943fbe60cc6785a57d1a3d5d51123766e6dfad8d50",
    "0029_recruit_proposals": "bd51bc586202f069578be7ab38de8fc9f94b9012209f7c874766ad0bd908a16c",
    "0030_group_addresses": "3164894eb164af7f0735b15639b1a5e024321db43b2bbaa3476fa95630b51066",
    "0031_held_entries": "d9a8cdcdec7fb932aa0ba7f3ff0679da270ea276c20b35472b87ee885d2cf807",
    "0032_held_by_owners": "355008ae9411bb4f4a212dc945144a26ca7adf70ddacc31a648cb03e7ec46e3e",
    "0033_hidden_from": "ff976f1f2f00d6793dd37dfa4dac1ef81c48d94991fe3be8faa61366a1e632b0",
    "0034_sent_items": "fde635ae9f21ae3394ada5f8e28efa496f88cf404070497098beacdf2b8b53c5",
    "0035_suggested_addresses": "19bb66ddc38f3ccd5c1c1e10783c8ccb2a14015e9e34f8870958bb0a43783207",
    "0036_mailbox_readers": "1a3935250a40b292cbaad5994e13fe6d59261a9308ff03d1c8bcf6fc47ead31c",
    "0037_accounts_of_copies": "95f0cf65ea2daf10aa451fbe11e1dbc09bec7666b2d2ebac013dac2ae69556b9",
    "0038_hidden_by_accounts": "7a180ecac96e55fa2e9af4c0fb4062685674617d91feae4659302fac8d958e18",
    "0039_ownerships": "08b8480e1e94c449b5646bb7e6666272fac3f983fafa94beb16497932996941e",
    "0040_sync_choices": "f172bf7cec1a6508e88064501fef78816e59fa5de12ace50575b6d284d4792bc",
    "0041_outbox": "da3f27fb6c3c015b8b83ee5a2e8f28676b96475c27d7ad3f6258088cce174a51",
    "0042_drafts": "7f87cdc69e849d9ba59a1248e7c5807c0b5f8040eecefbfae92f5ad3fd5995c3",
    "0043_sent_mail": "b4a4b25d7b87630e57fcaeb90c3e3888e3a9275391a920c5b33f8ba49df78902",
    "0044_automated_mail": "4ef373c4352b08a6b6e885a90ce0c982fc6a8816be5d2681cf3b9939e8f20172",
    "0045_mail_templates": "78aa5a66c5c02c40ffdf263039c7ef41a7c90b0e81eb1c796df6d72e970a83c9",
    "0046_alerts": "ece990d10bc542a05657050d4dc57637b66dd469debcfd067a22e06a7cfebcb8",
    "0047_no_reply": "96fa93971b469a0452ce4f1aec46287af785f757ba17198eca26048d96e3322b",
    "0048_group_calendars": "460b99986505e07de3e2fc68a83e909d61f0b260702addaf74a62f0759f27b34",
    "0049_availability": "b52b3698a102af4db3db218884a979b5a1bc93e6640786242ddaebf1492cdcb7",
    "0050_calendar_reach": "8316d0b95a26b006a033892460c32ab81a594f2c17cf3c9a5ec91acbe3e9de47",
    "0051_room_deputies": "5229d37005cca0a564cf835dcdbb208ed3b12629869609effdec4462afd95d9f",
    "0052_unfinished_kinds": "a7e4c55c7475cce61c37a414e492b8fb9e3eac258d9d17562409e73a8fda3f9d",
    "0053_interviews": "632471beeda60c8eb5f71823e79f53bf1c224878bc2cc46690eb69d2c9fe5454",
    "0054_leaving_to_organize": "85d26b8f68217c8a42e566cfe82afaad6bcff1709b859d78a32f6384f3b14257",
    "0055_refused_writes": "c2cb5344fa7d0937c28fc8fc7e3bc756690f866a186e2d1c8243fe16a094186e",
    "0056_withdrawn_events": "d03ec171fcdadecbe0b7176d480208f9f11aedcd9f4ea15ae9bc0be152095c33",
    "0057_candidate_spellings": "bc811044c72323ba5dd0c3f62a7564c979b060af3518325b7883a2e4a685662c",
    "0058_calendars_in_use": "4a59745386134a6f7ebeb64ba1b99b35e83c85890846acf40272accd86d1d423",
    "0059_outside_changes": "2af02f04a935dd35c48881c0459edac1a0df155e7d8639292eab87da4596eb47",
    "0060_watched_calendars": "61d1628b97107b8ffacdaa38b25dfc8e5cffa4d9097ade211905fde1a86fdff4",
    "0061_same_events": "044c0c9b8cdb99404a8237ca329008aa73ad19e86f5a4ee63a5be63e9a00992f",
    "0062_room_checks": "b600b10acb567eaf0e9ab096f27f9b7bca4a0334e3436968060ea5809cf97b2d",
    "0063_retiring_calendars": "b575570c4188b77708967d68016796faeae0b3f37758cd40c1b2caa58d3eea44",
    "0064_watched_people": "94447f6b23e8b62f0bcd77d954ea8776c8c45aae5add384c4caa3914919a907a",
    "0065_read_people": "18c67d0ee7d05f1b181c892958c16eb9cf46f9065f1eb3789f5e402744c65f10",
    "0066_zone_origins": "9823e4af3f6366f5226d6ea0fc7901cbb05362fa33f468f14e2bbffc07f8bc6a",
    "0067_audited_candidates": "4fa836c7884f671b7b47868b63843a7703ae1f1d1bc45eba1820e579ff0bcd21",
    "0068_carried_changes": "c42f5f5b53f2e744e9f59627b02313ee30c0a13395dab7ff15b9cf4a561f8e59",
    "0069_candidate_list": "c25ead579771b33cd7a36d8e33e113fe54e6e1b6de79ab31ca40857423253304",
}


def tables(engine: Engine) -> list[str]:
    """The tables in the order in which they were made first, without those that were dropped."""
    made: dict[str, bool] = {}
    for text in create_statements(engine):
        found, dropped = TABLE.match(text), DROPPED.match(text)
        made |= {found[1]: True} if found else {}
        made |= {dropped[1]: False} if dropped else {}
    return [name for name, is_there in made.items() if is_there]


def test_both_engines_have_the_same_tables(rows: Rows) -> None:
    assert tables(Engine.SQLITE) == tables(Engine.POSTGRES)
    assert sorted(tables(Engine.SQLITE)) == sorted(raw(rows).table_names())


@pytest.mark.parametrize("engine", Engine)
def test_table_is_made_after_those_it_refers_to(engine: Engine) -> None:
    made: set[str] = set()
    for text in create_statements(engine):
        found = TABLE.match(text)
        made |= {found[1]} if found else set()
        assert set(re.findall(r"references (\w+)", text)) <= made, text


@pytest.mark.parametrize("engine", Engine)
def test_view_is_made_after_what_it_reads(engine: Engine) -> None:
    made: set[str] = set()
    for text in create_statements(engine):
        view, table = VIEW.match(text), TABLE.match(text)
        if view:
            assert set(re.findall(r"\b(?:from|join) (\w+)", text)) <= made, text
        made |= {each[1] for each in (view, table) if each}


def test_views_publish_no_secret(rows: Rows) -> None:
    columns = [(view.name, column.name) for view in raw(rows).views for column in view.columns]

    assert len(columns) > 50
    assert doors.secrets_without_seal(columns, sealed=[]) == []


def test_migrations_keep_their_text() -> None:
    assert {each.name: each.as_applied.hash for each in MIGRATIONS} == HASHES


def test_each_file_of_the_schema_is_a_subject() -> None:
    files = {path.stem for path in Path(schema.__file__).parent.glob("*.py")}

    named = {subject.__name__.rpartition(".")[2] for subject in schema.SUBJECTS}

    assert files - {"__init__", "engines"} == named


def test_what_only_sqlite_knows_is_not_said_to_postgresql() -> None:
    said = "\n".join(create_statements(Engine.POSTGRES)).lower()

    assert [word for word in ("rowid", "raise(", "autoincrement", "pragma") if word in said] == []


def test_kinds_that_grow_are_not_listed(rows: Rows) -> None:
    for table, column in KINDS:
        text = str(raw(rows)[table].schema)
        line = next(each for each in text.splitlines() if each.split()[:1] == [column])
        assert "check" not in line, line


@pytest.mark.parametrize("change", ["update audit_log set action = 'b'", "delete from audit_log"])
def test_audit_log_is_append_only(rows: Rows, change: str) -> None:
    raw(rows).execute(
        "insert into audit_log (id, at, actor_name, action, target, result) "
        "values ('i', '', '', 'a', '', '')"
    )

    with pytest.raises(IntegrityError, match="append-only"):
        raw(rows).execute(change)

    assert [row["action"] for row in raw(rows)["audit_log"].rows] == ["a"]


def test_migrations_are_numbered_in_order() -> None:
    numbers = [each.name[:5] for each in MIGRATIONS]

    assert numbers == [f"{place:04}_" for place in range(1, len(MIGRATIONS) + 1)]
