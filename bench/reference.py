"""The brief's own service, if this machine has it: it is no part of this repository."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIRECTORY = ROOT.parent / "shared" / "reference"
KEPT = ROOT / ".build" / "bench"


def prepare() -> str:
    """Installs what it needs into a virtual environment of its own. Returns why it can't be benched, or nothing."""
    requirements = DIRECTORY / "requirements.txt"
    if not requirements.is_file():
        return f"there is no {os.path.relpath(requirements, ROOT)}"
    venv = KEPT / "venv"
    stamp = venv / "installed"
    wanted = requirements.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return ""
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)],
    ]
    print("Installing what the reference needs: pip install -r ../shared/reference/requirements.txt", file=sys.stderr)
    for step in steps:
        try:
            run = subprocess.run(step, capture_output=True, text=True, timeout=180)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if run.returncode:
            return f"its packages can't be installed: {(run.stderr or run.stdout).strip().splitlines()[-1]}"
    stamp.write_text(wanted)
    return ""


def command() -> list[str]:
    """As its README starts it."""
    return [str(KEPT / "venv" / "bin" / "uvicorn"), "main:app", "--host", "127.0.0.1", "--port", "{port}", "--no-access-log"]


def environment(inherited: dict[str, str]) -> dict[str, str]:
    """Python may keep its compiled modules, as it would where it is deployed, but not beside the sources, which are not ours."""
    kept = {name: value for name, value in inherited.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(KEPT / "pycache")}
