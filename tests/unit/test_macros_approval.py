"""The approval of a whole macro: what it covers, and what ends it."""

import json

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.macros import files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import picture_name, read, write
from desktop_agent.macros.format import Macro
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.program import gather
from tests.macro_doubles import Shelf, stored
from tests.unit.test_macros_files import MACRO, NAME, PICTURE


class Vault(dict):
    """A keyring in memory."""

    broken = False

    def read(self, name):
        if self.broken:
            raise Unavailable("There is no keyring.")
        return self.get(name)

    def store(self, name, value):
        if self.broken:
            raise Unavailable("There is no keyring.")
        self[name] = value


@pytest.fixture
def vault():
    return Vault()


@pytest.fixture
def approvals(tmp_path, vault):
    return MacroApprovals(tmp_path / "approvals.json", vault)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "macro"
    write(path, MACRO, {NAME: PICTURE})
    return path


def program(path, *parts):
    main = read(path)
    return gather(main, Shelf(*parts))


def test_what_was_approved_is_also_for_another_process(approvals, vault, folder):
    assert not approvals.holds("m", program(folder))
    approvals.approve("m", program(folder))
    assert MacroApprovals(approvals.path, vault).holds("m", program(folder))
    assert not approvals.holds("copy", program(folder))


def test_any_change_ends_it_for_good(approvals, folder):
    approvals.approve("m", program(folder))
    before = (folder / "macro.json").read_bytes()
    write(folder, MACRO.model_copy(update={"comment": "another"}), {})
    assert not approvals.holds("m", program(folder))
    (folder / "macro.json").write_bytes(before)
    assert not approvals.holds("m", program(folder))


def test_another_picture_ends_it(approvals, folder):
    approvals.approve("m", program(folder))
    (folder / NAME).write_bytes(PICTURE + b"x")
    assert not approvals.holds("m", program(folder))


def test_a_change_of_a_macro_that_it_plays_ends_it(approvals, tmp_path):
    write(tmp_path / "o", Macro.model_validate({"name": "O", "steps": [{"id": "s", "do": "macro", "macro": "I"}]}), {})
    approvals.approve("o", program(tmp_path / "o", stored("I")))
    assert approvals.holds("o", program(tmp_path / "o", stored("I")))
    changed = stored("I", {"do": "press", "keys": ["enter"]})
    assert not approvals.holds("o", program(tmp_path / "o", changed))


def test_without_a_keyring_nothing_is_approved(approvals, vault, folder):
    vault.broken = True
    with pytest.raises(Unavailable):
        approvals.approve("m", program(folder))
    assert not approvals.path.exists()
    vault.broken = False
    approvals.approve("m", program(folder))
    vault.broken = True
    assert not MacroApprovals(approvals.path, vault).holds("m", program(folder))
    vault.broken = False
    assert MacroApprovals(approvals.path, vault).holds("m", program(folder))


@pytest.mark.parametrize("change", ["digest", "seal", "approved_at", "place", "drop", "garbage"])
def test_what_somebody_else_wrote_is_no_approval(approvals, vault, folder, change):
    approvals.approve("m", program(folder))
    entries = json.loads(approvals.path.read_bytes())
    write(folder, MACRO.model_copy(update={"comment": "hostile"}), {})
    from desktop_agent.macros.playing.approval import content_digest

    entry = entries["m"]
    entry["digest"] = content_digest(program(folder))
    if change == "seal":
        entry["seal"] = "0" * 64
    if change == "approved_at":
        entry["approved_at"] = "0"
    if change == "drop":
        del entry["seal"]
    if change == "place":
        entries = {"other": entry}
    approvals.path.write_text("{" if change == "garbage" else json.dumps(entries))
    assert not any(approvals.holds(each, program(folder)) for each in ("m", "other"))


def test_another_key_makes_no_seal(approvals, folder):
    approvals.approve("m", program(folder))
    assert not MacroApprovals(approvals.path, Vault()).holds("m", program(folder))


def test_it_is_ended_by_the_person(approvals, folder):
    approvals.approve("m", program(folder))
    approvals.revoke("m")
    assert not approvals.holds("m", program(folder))
    assert picture_name(PICTURE) in files.picture_names(MACRO)


def test_what_was_hashed_is_what_is_played(approvals, folder):
    """Another program exchanges files between the check of the approval and the use."""
    approvals.approve("m", program(folder))
    played = program(folder)
    assert approvals.holds("m", played)
    (folder / NAME).write_bytes(PICTURE + b"x")
    write(folder, MACRO.model_copy(update={"steps": ()}), {})
    assert played.main.macro == MACRO
    with pytest.raises(BadMacro, match="exchanged"):
        played.main.picture(NAME)


def test_so_is_a_macro_that_it_plays(approvals, tmp_path):
    write(tmp_path / "o", Macro.model_validate({"name": "O", "steps": [{"id": "s", "do": "macro", "macro": "I"}]}), {})
    write(tmp_path / "i", MACRO, {NAME: PICTURE})

    class Folders:
        def find(self, name):
            return tmp_path / name.lower()

        def open(self, entry):
            return read(entry)

    approvals.approve("o", gather(read(tmp_path / "o"), Folders()))
    played = gather(read(tmp_path / "o"), Folders())
    assert approvals.holds("o", played)
    write(tmp_path / "i", MACRO.model_copy(update={"steps": ()}), {})
    (tmp_path / "i" / NAME).write_bytes(PICTURE + b"x")
    assert played.part("I").macro == MACRO
    with pytest.raises(BadMacro, match="exchanged"):
        played.part("I").picture(NAME)
