"""Keys: made once, for their owner alone, outside the project, and never shown."""

from __future__ import annotations

import os
import stat

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.identity.keys import KEY_BYTES, KEY_OF_SIMULATED_PILOTS, KEYS_VARIABLE, key_fingerprint, key_of, key_path
from pilotproof.identity.pseudonyms import Pseudonyms
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.manifest import describe_inputs
from pilotproof.pipeline.steps import step_keys
from pilotproof.readiness import check_inputs


@pytest.fixture
def keys(tmp_path, monkeypatch):
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_key_is_made_on_first_use_and_kept(keys, workspace):
    key = key_of("spring", workspace, is_simulated=False)
    assert len(key) == KEY_BYTES
    assert key_of("spring", workspace, is_simulated=False) == key
    assert key_of("autumn", workspace, is_simulated=False) != key
    assert sorted(path.name for path in keys.iterdir()) == ["autumn.key", "spring.key"]


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_only_the_owner_may_read_a_key(keys, workspace):
    key_of("spring", workspace, is_simulated=False)
    path = key_path("spring", workspace)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(PilotproofError, match="chmod 600"):
        key_of("spring", workspace, is_simulated=False)


def test_keys_never_lie_inside_the_project(workspace, monkeypatch):
    monkeypatch.setenv(KEYS_VARIABLE, str(workspace.root / "data" / "keys"))
    with pytest.raises(PilotproofError, match="inside the project"):
        key_of("spring", workspace, is_simulated=False)
    assert not (workspace.root / "data" / "keys").exists()


def test_without_the_variable_keys_are_in_the_user_s_data_folder(workspace, monkeypatch, tmp_path):
    monkeypatch.delenv(KEYS_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert key_path("spring", workspace).parts[-3:] == ("pilotproof", "keys", "spring.key")


def test_simulated_pilots_need_no_file(keys, workspace):
    assert key_of("nearpod", workspace, is_simulated=True) == KEY_OF_SIMULATED_PILOTS
    assert not keys.exists()


def test_what_is_no_key_is_refused_without_being_shown(keys, workspace):
    keys.mkdir()
    path = keys / "spring.key"
    path.write_text("a1b2c3-not-a-key")
    path.chmod(0o600)
    with pytest.raises(PilotproofError, match="is no key") as caught:
        key_of("spring", workspace, is_simulated=False)
    assert "a1b2c3" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_said(workspace, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "file" / "keys"))
    with pytest.raises(PilotproofError, match=KEYS_VARIABLE):
        key_of("spring", workspace, is_simulated=False)


def test_pseudonyms_do_not_show_their_key_or_who_they_stand_for():
    pseudonyms = Pseudonyms(b"k" * 32)
    pseudonyms.numbered["teacher"]["ALVAREZ"] = "T1"
    assert "kkk" not in repr(pseudonyms) and "ALVAREZ" not in repr(pseudonyms)


def test_a_check_makes_no_key(keys, workspace):
    params = workspace.params("nearpod")
    params.write_text(params.read_text().replace("is_simulated: true", "is_simulated: false"))
    assert not check_inputs("nearpod", workspace).problems
    assert not keys.exists()


def test_a_fingerprint_tells_keys_apart_and_holds_no_part_of_one():
    first, second = b"1" * KEY_BYTES, b"2" * KEY_BYTES
    assert key_fingerprint(first) != key_fingerprint(second)
    assert key_fingerprint(first) == key_fingerprint(first)
    assert key_fingerprint(first) not in first.hex()


def test_tables_are_made_anew_under_another_key(keys, workspace):
    """A pilot that is real after all, or a key that was lost: the step that reads the exports must not be skipped."""
    pilot = load_pilot("nearpod", workspace)
    real = pilot.model_copy(update={"is_simulated": False})
    described = [describe_inputs("nearpod", one, workspace, "embedded", ("pdf",)) for one in (pilot, real)]
    first, second = (step_keys(pilot, inputs, workspace) for inputs in described)
    assert not set(first.values()) & set(second.values())
    key_path("nearpod", workspace).unlink()
    again = describe_inputs("nearpod", real, workspace, "embedded", ("pdf",))
    assert not set(step_keys(pilot, again, workspace).values()) & set(second.values())
