"""The secret key of each pilot: kept outside the project's folder, made on first use, never printed."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from platformdirs import user_data_path

from pilotproof.errors import PilotproofError
from pilotproof.workspace import Workspace

KEYS_VARIABLE = "PILOTPROOF_KEYS"
KEY_BYTES = 32
FINGERPRINT_DIGITS = 12
OTHERS = 0o077
# Simulated people need no secret, and everybody who makes the demo gets the same pseudonyms without a file being made.
KEY_OF_SIMULATED_PILOTS = b"Pilotproof: simulated, no secret"


def key_folder(workspace: Workspace) -> Path:
    """Where keys are kept. Raises PilotproofError for a folder inside the project: it would be copied along with the data."""
    named = os.environ.get(KEYS_VARIABLE)
    folder = Path(named).expanduser().resolve() if named else user_data_path("pilotproof", appauthor=False) / "keys"
    if folder.resolve().is_relative_to(workspace.root):
        raise PilotproofError(
            f"The keys of pilots would lie inside the project's folder ({folder}).\n"
            f"Set {KEYS_VARIABLE} to a folder outside it, or leave it unset for the usual one."
        )
    return folder


def key_path(pilot: str, workspace: Workspace) -> Path:
    """The file with the key of one pilot, whether or not it is there."""
    return key_folder(workspace) / f"{pilot}.key"


def key_of(pilot: str, workspace: Workspace, *, is_simulated: bool) -> bytes:
    """The key of `pilot`; made on first use. Raises PilotproofError when it cannot be kept or used."""
    if is_simulated:
        return KEY_OF_SIMULATED_PILOTS
    path = key_path(pilot, workspace)
    try:
        if not path.exists():
            keep_key(path, secrets.token_bytes(KEY_BYTES))
        return _read(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PilotproofError(
            f"The key of {pilot} cannot be kept in {path} ({reason}).\n"
            f"Set {KEYS_VARIABLE} to a folder outside the project that you may write to."
        ) from None


def key_fingerprint(key: bytes) -> str:
    """Digits by which one key is told from another, and from which it cannot be reckoned."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:FINGERPRINT_DIGITS]


def keep_key(path: Path, key: bytes) -> None:
    """Write `key` beside and link it into place, unless one is there: of two runs at once both then read the same."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(key.hex() + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & OTHERS:
        raise PilotproofError(f"Others on this computer may read the key {path}.\nRun: chmod 600 '{path}'")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise PilotproofError(
            f"{path} is no key of Pilotproof (it should hold {2 * KEY_BYTES} hexadecimal digits).\n"
            "Restore it from a copy; without one delete it, and a new key gives everybody new pseudonyms."
        )
    return key
