"""Virtual environments of what is measured beside ours: each is made once, and anew when what it needs has changed."""

import subprocess
import sys
from pathlib import Path


def install(venv: Path, wanted: str, *arguments: str) -> str:
    """Makes an environment with `pip install ARGUMENTS`. `wanted` says what is in it. Returns why it can't be made, or nothing."""
    stamp = venv / "installed"
    if stamp.is_file() and stamp.read_text() == wanted:
        return ""
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *arguments],
    ]
    print(f"Installing what is measured beside ours: pip install {' '.join(arguments)}", file=sys.stderr)
    for step in steps:
        try:
            run = subprocess.run(step, capture_output=True, text=True, timeout=180)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if run.returncode:
            return f"its packages can't be installed: {((run.stderr or run.stdout).strip().splitlines() or ['no word why'])[-1]}"
    stamp.write_text(wanted)
    return ""
