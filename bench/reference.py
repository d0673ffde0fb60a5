"""The brief's own service, if this machine has it: it is no part of this repository."""

import os
from pathlib import Path

import packages

ROOT = Path(__file__).parent.parent
DIRECTORY = ROOT.parent / "shared" / "reference"
KEPT = ROOT / ".build" / "bench"


def prepare() -> str:
    """Installs what it needs into a virtual environment of its own. Returns why it can't be benched, or nothing."""
    requirements = DIRECTORY / "requirements.txt"
    if not requirements.is_file():
        return f"there is no {os.path.relpath(requirements, ROOT)}"
    return packages.install(KEPT / "venv", requirements.read_text(), "-r", os.path.relpath(requirements))


def command() -> list[str]:
    """As its README starts it."""
    return [str(KEPT / "venv" / "bin" / "uvicorn"), "main:app", "--host", "127.0.0.1", "--port", "{port}", "--no-access-log"]


def environment(inherited: dict[str, str]) -> dict[str, str]:
    """Python may keep its compiled modules, as it would where it is deployed, but not beside the sources, which are not ours."""
    kept = {name: value for name, value in inherited.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(KEPT / "pycache")}
